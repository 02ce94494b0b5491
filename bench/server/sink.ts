// The sink's other end: how it is started, and what is asked of it.
import { type Child, startChild } from './child.ts';
import { RawClient } from './raw-client.ts';

export interface Sink extends AsyncDisposable {
  /** One for each host. */
  readonly ports: readonly number[];
  /** Forgets what has come. */
  reset(): Promise<void>;
  /** Waits until `count` inboxes have been posted to. */
  untilReached(count: number): Promise<Received>;
  look(): Promise<Received>;
}

export interface Received {
  /** Different inboxes that were posted to, and posts to all of them. */
  readonly inboxes: number;
  readonly posts: number;
  /** When the last post came, in milliseconds since the Unix epoch. */
  readonly lastAt: number;
  /** Of the last post. */
  readonly body: string;
}

const lookEveryMs = 20;
const patienceMs = 60_000;

export async function startSink(hosts: number): Promise<Sink> {
  const child: Child = await startChild('bench/server/sink-program.ts', ['{port}', String(hosts)], '/');
  const client = await RawClient.open(child.port);
  const look = () => client.json<Received & { readonly ports: number[] }>('GET', '/');
  const { ports } = await look();
  return {
    ports,
    look,
    async reset() {
      await client.request('POST', '/');
    },
    async untilReached(count) {
      const giveUpAt = Date.now() + patienceMs;
      for (;;) {
        const seen = await look();
        if (seen.inboxes >= count) return seen;
        if (Date.now() > giveUpAt) throw new Error(`${seen.inboxes} of ${count} inboxes were reached`);
        await new Promise((resolve) => setTimeout(resolve, lookEveryMs));
      }
    },
    async [Symbol.asyncDispose]() {
      client.close();
      await child[Symbol.asyncDispose]();
    },
  };
}
