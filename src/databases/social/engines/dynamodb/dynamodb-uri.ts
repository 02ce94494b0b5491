// Reads the URI that names records on DynamoDB: `dynamodb://REGION/PREFIX`, with `?endpoint=http://…` for services that are
// compatible. Credentials are no part of it: they are found as AWS's own programs find them.

export interface DynamodbPlace {
  readonly region: string;
  /** What the names of all our tables begin with. */
  readonly prefix: string;
  /** Where requests go, if not to AWS. */
  readonly endpoint: string | undefined;
}

/** Throws Error in one sentence. */
export function parseDynamodbUri(uri: string): DynamodbPlace {
  const parsed = URL.canParse(uri) ? new URL(uri) : undefined;
  if (parsed?.protocol !== 'dynamodb:') throw wrong('is not of this form');
  if (parsed.username || parsed.password) throw wrong('has credentials, which belong into the environment');
  if (parsed.hash || parsed.port) throw wrong('has more than that');
  for (const name of parsed.searchParams.keys()) {
    if (name !== 'endpoint') throw wrong(`has a parameter "${name}", which means nothing here`);
  }
  const prefix = parsed.pathname.slice(1);
  if (!/^[a-z0-9-]+$/.test(parsed.hostname)) throw wrong('names no region');
  // Names of tables have 3 to 255 of these characters, and ours go on behind the prefix.
  if (!/^[A-Za-z0-9_.-]{1,200}$/.test(prefix)) {
    throw wrong('names no prefix of up to 200 letters, digits, "_", "." and "-"');
  }
  return { region: parsed.hostname, prefix, endpoint: readEndpoint(parsed.searchParams.getAll('endpoint')) };
}

function readEndpoint([endpoint, ...more]: string[]): string | undefined {
  if (endpoint === undefined) return undefined;
  const parsed = URL.canParse(endpoint) ? new URL(endpoint) : undefined;
  const isPlain = parsed && /^https?:$/.test(parsed.protocol) && !parsed.username && !parsed.password;
  if (!isPlain || more.length > 0) throw wrong('has an endpoint that is no plain http address');
  return endpoint;
}

/** As people may see it. */
export function nameOf({ region, prefix, endpoint }: DynamodbPlace): string {
  const parameters = endpoint === undefined ? '' : `?endpoint=${endpoint}`;
  return `dynamodb://${region}/${prefix}${parameters}`;
}

function wrong(what: string): Error {
  return new Error(
    `Records on DynamoDB are named dynamodb://REGION/PREFIX, and the URI that was given ${what}.`,
  );
}
