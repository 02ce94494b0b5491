// The two notations of time on this network: HTTP-date in headers (RFC 9110 section 5.6.7) and xsd:dateTime in
// documents (Activity Streams 2.0 section 2.3). Times are milliseconds since the Unix epoch.

export function toHttpDate(ms: number): string {
  return new Date(ms).toUTCString();
}

/** Reads an IMF-fixdate; undefined where it is none. */
export function parseHttpDate(text: string): number | undefined {
  if (!/^[A-Z][a-z]{2}, \d{1,2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/.test(text)) return undefined;
  return finite(Date.parse(text));
}

export function toDateTime(ms: number): string {
  return new Date(ms).toISOString();
}

/** Reads an xsd:dateTime; one without a time zone is taken as UTC. Undefined where it is none. */
export function parseDateTime(text: unknown): number | undefined {
  if (typeof text !== 'string' || text.length > 64) return undefined;
  const parts = /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2})?)(\.\d+)?(Z|[+-]\d{2}:\d{2})?$/.exec(text);
  if (!parts) return undefined;
  const fraction = (parts[2] ?? '').slice(0, 4);
  return finite(Date.parse(`${parts[1]}${fraction}${parts[3] ?? 'Z'}`));
}

function finite(ms: number): number | undefined {
  return Number.isFinite(ms) ? ms : undefined;
}
