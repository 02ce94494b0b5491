// A keep-alive HTTP client that costs next to nothing, so that the machine's time goes to the server under load: one
// request at a time per connection, answers framed by Content-Length or chunks.
import { connect, type Socket } from 'node:net';

export interface RawAnswer {
  readonly status: number;
  readonly body: Buffer;
}

export class RawClient {
  readonly #socket: Socket;
  readonly #host: string;
  #received = Buffer.alloc(0);
  #waiting: { resolve(answer: RawAnswer): void; reject(error: Error): void } | undefined;

  private constructor(socket: Socket, host: string) {
    this.#socket = socket;
    this.#host = host;
    socket.setNoDelay(true);
    socket.on('data', (chunk) => {
      this.#received = this.#received.length === 0 ? chunk : Buffer.concat([this.#received, chunk]);
      this.#deliver();
    });
    socket.on('error', (error) => this.#waiting?.reject(error));
    socket.on('close', () => this.#waiting?.reject(new Error('the server closed the connection')));
  }

  static async open(port: number): Promise<RawClient> {
    const socket = connect(port, '127.0.0.1');
    await new Promise<void>((resolve, reject) => socket.once('connect', resolve).once('error', reject));
    return new RawClient(socket, `127.0.0.1:${port}`);
  }

  /** `headers` are sent as they are; a `host` among them stands for the address that was dialled. */
  request(
    method: string,
    path: string,
    token?: string,
    body?: string,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<RawAnswer> {
    const authorization = token === undefined ? '' : `Authorization: Bearer ${token}\r\n`;
    const payload = body ?? '';
    const { host = this.#host, ...others } = headers;
    const further = Object.entries(others).map(([name, value]) => `${name}: ${value}\r\n`);
    const head = `${method} ${path} HTTP/1.1\r\nHost: ${host}\r\n${authorization}${further.join('')}Content-Length: ${Buffer.byteLength(payload)}\r\n\r\n`;
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject };
      this.#socket.write(head + payload);
    });
  }

  /** The same, with JSON both ways; an answer other than 200 is an error. */
  async json<T>(method: string, path: string, token?: string, body?: unknown): Promise<T> {
    const answer = await this.request(
      method,
      path,
      token,
      body === undefined ? undefined : JSON.stringify(body),
    );
    const text = answer.body.toString('utf8');
    if (answer.status !== 200) throw new Error(`${method} ${path} answered ${answer.status}: ${text}`);
    return JSON.parse(text) as T;
  }

  close(): void {
    this.#waiting = undefined;
    this.#socket.destroy();
  }

  #deliver(): void {
    const headEnd = this.#received.indexOf('\r\n\r\n');
    if (headEnd < 0) return;
    const head = this.#received.toString('latin1', 0, headEnd);
    const status = Number(head.slice(9, 12));
    const length = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1];
    const bodyStart = headEnd + 4;
    const framed =
      length === undefined
        ? dechunk(this.#received, bodyStart)
        : take(this.#received, bodyStart, Number(length));
    if (!framed) return;
    this.#received = Buffer.from(this.#received.subarray(framed.end));
    const waiting = this.#waiting;
    this.#waiting = undefined;
    waiting?.resolve({ status, body: framed.body });
  }
}

interface Framed {
  readonly body: Buffer;
  readonly end: number;
}

function take(received: Buffer, start: number, length: number): Framed | undefined {
  const end = start + length;
  return received.length < end ? undefined : { body: Buffer.from(received.subarray(start, end)), end };
}

function dechunk(received: Buffer, start: number): Framed | undefined {
  const parts: Buffer[] = [];
  for (let offset = start; ; ) {
    const lineEnd = received.indexOf('\r\n', offset);
    if (lineEnd < 0) return undefined;
    const size = Number.parseInt(received.toString('latin1', offset, lineEnd), 16);
    const end = lineEnd + 2 + size;
    if (received.length < end + 2) return undefined;
    if (size === 0) return { body: Buffer.concat(parts), end: end + 2 };
    parts.push(received.subarray(lineEnd + 2, end));
    offset = end + 2;
  }
}
