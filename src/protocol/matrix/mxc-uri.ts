// The addresses of media: a server and an id of its choosing. They end up in paths, of files as of requests, so nothing
// may pass that could lead elsewhere. Client-Server API, "Matrix Content (mxc://) URIs" and "Security considerations" of
// the content repository.
import { isServerName, type ServerName } from '#protocol/matrix/server-name';
import { ProtocolError } from '#support/errors';

export interface MxcUri {
  readonly server: ServerName;
  /** One or more of `A-Z a-z 0-9 _ -`. */
  readonly mediaId: string;
}

const grammar = /^mxc:\/\/([^/]+)\/([A-Za-z0-9_-]+)$/;

/** True for `mxc://server/media-id` and nothing behind it. */
export function isMxcUri(text: string): boolean {
  return read(text) !== undefined;
}

/** Throws `invalidParam` unless `text` is an mxc URI. */
export function parseMxcUri(text: string): MxcUri {
  const uri = read(text);
  if (uri !== undefined) return uri;
  const shown = text.slice(0, 64).toWellFormed();
  throw new ProtocolError(
    'invalidParam',
    `"${shown}" is not the address of media, such as mxc://example.org/abc.`,
  );
}

function read(text: string): MxcUri | undefined {
  const [, server, mediaId] = grammar.exec(text) ?? [];
  if (server === undefined || mediaId === undefined || !isServerName(server)) return undefined;
  // The grammar of server names would let these pass, which lead elsewhere in a path (RFC 3986, section 5.2.4).
  if (server === '.' || server === '..') return undefined;
  return { server, mediaId };
}
