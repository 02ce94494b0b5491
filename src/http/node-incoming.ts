// A request of node:http as an `Incoming`. Its body is collected under a cap; what exceeds the cap is thrown away as it
// arrives, so that the client, which is still writing, gets to read the refusal.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { bodyTooLarge } from '#http/body';
import type { Incoming } from '#http/incoming';
import { refusedBodyDrainBytesMax } from '#support/limits';

/** Lives as long as its request; `abort` ends the waiting of whoever holds its signal. */
export class NodeIncoming implements Incoming {
  readonly #message: IncomingMessage;
  readonly #response: ServerResponse;
  #request: Request | undefined;
  #abortion: AbortController | undefined;
  #aborted = false;

  constructor(message: IncomingMessage, response: ServerResponse) {
    this.#message = message;
    this.#response = response;
  }

  get method(): string {
    return this.#message.method ?? 'GET';
  }

  get rawTarget(): string {
    const target = this.#message.url ?? '/';
    // RFC 9112 section 3.2.2: a server must accept the absolute form as well.
    return target.charCodeAt(0) === 47 ? target : target.replace(/^https?:\/\/[^/?#]*(?=[/?]|$)/i, '') || '/';
  }

  get socketAddress(): string | undefined {
    return this.#message.socket.remoteAddress;
  }

  get gone(): boolean {
    return this.#response.destroyed && !this.#response.writableFinished;
  }

  header(name: string): string | undefined {
    const value = this.#message.headers[name];
    return Array.isArray(value) ? value.join(', ') : value;
  }

  get request(): Request {
    if (!this.#request) {
      const headers = new Headers();
      const raw = this.#message.rawHeaders;
      for (let index = 0; index < raw.length; index += 2)
        headers.append(raw[index] ?? '', raw[index + 1] ?? '');
      const url = new URL(`http://${this.#message.headers.host ?? 'localhost'}${this.rawTarget}`);
      this.#request = new Request(url, { method: this.method, headers, signal: this.signal });
    }
    return this.#request;
  }

  get signal(): AbortSignal {
    if (!this.#abortion) {
      this.#abortion = new AbortController();
      if (this.#aborted || this.gone) this.#abortion.abort();
      else this.#response.once('close', () => this.abort());
    }
    return this.#abortion.signal;
  }

  abort(): void {
    this.#aborted = true;
    this.#abortion?.abort();
  }

  readBytes(bytesMax: number): Promise<Buffer> {
    const message = this.#message;
    const declaredBytes = Number(message.headers['content-length'] ?? 0);
    if (declaredBytes > bytesMax + refusedBodyDrainBytesMax) {
      this.#response.shouldKeepAlive = false;
      return Promise.reject(bodyTooLarge(bytesMax));
    }
    return new Promise((resolve, reject) => {
      let chunks: Buffer[] = [];
      let sizeBytes = 0;
      message.on('data', (chunk: Buffer) => {
        sizeBytes += chunk.length;
        if (sizeBytes <= bytesMax) chunks.push(chunk);
        else {
          chunks = [];
          if (sizeBytes > bytesMax + refusedBodyDrainBytesMax) {
            this.#response.shouldKeepAlive = false;
            reject(bodyTooLarge(bytesMax));
          }
        }
      });
      message.once('end', () => {
        if (sizeBytes > bytesMax) reject(bodyTooLarge(bytesMax));
        else resolve(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks, sizeBytes));
      });
      message.once('error', reject);
      message.once('close', () => {
        if (!message.complete) reject(new Error('The client went away before its body was complete.'));
      });
    });
  }
}
