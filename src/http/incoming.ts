// One request as it came in, whichever way: from a socket (server.ts) or from a transport function in the same
// process (transport.ts). Everything that costs something is made only when it is asked for.

export interface Incoming {
  readonly method: string;
  /** The request target exactly as it was sent (`/path?query`): signatures cover it and `Request` would normalise it. */
  readonly rawTarget: string;
  /** The address of the other end of the connection; undefined where there is none to know (a Unix socket). */
  readonly socketAddress: string | undefined;
  /** A header by its lower-case name; several of one name are joined by a comma. */
  header(name: string): string | undefined;
  /**
   * The whole body, read once.
   * @throws ProtocolError tooLarge when it has more than `bytesMax` bytes, never keeping more than that in memory
   */
  readBytes(bytesMax: number): Promise<Buffer>;
  /** The same request in web-standard form, without its body. */
  readonly request: Request;
  /** Aborted when the client has gone or the server is closing: whoever waits must answer now. */
  readonly signal: AbortSignal;
  /** True once the client has gone, so that nobody reads the answer. */
  readonly gone: boolean;
}
