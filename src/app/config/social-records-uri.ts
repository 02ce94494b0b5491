// Which back end keeps the social records, as a URI: what is a right one, where its file lies, and how it is called where
// others may read along.
import { resolve } from 'node:path';

const forms = /^(?:store:|null:|sqlite:.+|postgres(?:ql)?:\/\/.+|dynamodb:\/\/[^/?]+\/[^/?]+(?:\?.*)?)$/;

export const socialRecordsForms =
  '"store:", "sqlite:FILE", "postgres://USER@HOST/DATABASE", "dynamodb://REGION/PREFIX" or "null:"';

export function isSocialRecordsUri(uri: string): boolean {
  return forms.test(uri) && (!uri.includes('://') || URL.canParse(uri));
}

/** The same with its path in full: a file lies beside the data, wherever a command is started from. */
export function resolveSocialRecordsUri(uri: string, dataDirectory: string): string {
  const file = /^sqlite:(.+)$/.exec(uri)?.[1];
  return file === undefined ? uri : `sqlite:${resolve(dataDirectory, file)}`;
}

/**
 * Without user, password and parameters: the place where the records are, and nothing that opens it. The endpoint of a
 * service that is compatible with DynamoDB is a part of the place.
 */
export function publicSocialRecordsUri(uri: string): string {
  if (!uri.includes('://')) return uri;
  const { protocol, host, pathname, searchParams } = new URL(uri);
  const endpoint = protocol === 'dynamodb:' ? searchParams.get('endpoint') : null;
  const service = endpoint !== null && URL.canParse(endpoint) ? `?endpoint=${new URL(endpoint).origin}` : '';
  return `${protocol}//${host}${pathname}${service}`;
}

/** What can be said of a URI that is not right: who names a password may have slipped anywhere else. */
export function withoutSecrets(uri: string): string {
  return /[@?]/.test(uri) ? `${/^[^:@?]*:?/.exec(uri)?.[0] ?? ''}…` : uri;
}
