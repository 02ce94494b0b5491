// The limit of deliveries: a program that does only what each of them cannot avoid. It signs with RSA-2048 on the thread
// pool and posts the same bytes over kept connections, to all hosts at once, one after the other to each.
// Usage: delivery-limit-program.ts PORT. A POST of `{ body, inboxes }` is answered once all have been delivered.
import '#app/thread-pool';
import { generateKeyPairSync } from 'node:crypto';
import { createServer } from 'node:http';
import { digestHeader } from '#protocol/activitypub/digest';
import { signRequest } from '#protocol/activitypub/http-signatures';
import { activityJson } from '#protocol/activitypub/media-types';
import { RawClient } from './raw-client.ts';

const port = Number(process.argv[2]);
const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 });
const keyId = 'https://bench.test/users/author#main-key';

async function deliverToHost(hostPort: number, inboxes: readonly URL[], body: string, digest: string) {
  const client = await RawClient.open(hostPort);
  for (const { host, pathname } of inboxes) {
    const headers = await signRequest({
      method: 'POST',
      target: pathname,
      authority: host,
      date: Date.now(),
      digest,
      contentType: activityJson,
      keyId,
      privateKey,
    });
    const { status } = await client.request('POST', pathname, undefined, body, headers);
    if (status !== 202) throw new Error(`an inbox answered ${status}`);
  }
  client.close();
}

// Its connection stays open however long nothing is asked on it.
createServer({ keepAliveTimeout: 0 }, (request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', async () => {
    if (request.method === 'POST') {
      const { body, inboxes } = JSON.parse(Buffer.concat(chunks).toString('utf8')) as {
        body: string;
        inboxes: string[];
      };
      const digest = digestHeader(Buffer.from(body));
      const byHost = Map.groupBy(
        inboxes.map((inbox) => new URL(inbox)),
        (inbox) => Number(inbox.port),
      );
      await Promise.all(
        byHost.entries().map(([hostPort, urls]) => deliverToHost(hostPort, urls, body, digest)),
      );
    }
    response.writeHead(200, { 'Content-Length': 0 });
    response.end();
  });
}).listen(port, '127.0.0.1');

process.on('SIGTERM', () => process.exit(0));
