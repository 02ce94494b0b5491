// Scheme, host and port of an http or https address: what a public URL is, in the one form in which it is kept and compared.

/** Undefined for what has more to it than an origin, a slash at the end apart. */
export function parseHttpOrigin(text: string): string | undefined {
  const url = URL.parse(text);
  if (!url || !/^https?:$/.test(url.protocol) || url.username !== '' || url.password !== '') return undefined;
  return /^\/?$/.test(url.pathname) && url.search === '' && url.hash === '' ? url.origin : undefined;
}
