import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it } from 'vitest';
import { openHooks } from '#app/hooks/open-hooks';
import { parseHook } from '#app/hooks/parse-hook';
import { openDialler } from '#network/dialler';

const call = { event: 'message', id: 'call-1', body: '{"a":1}' } as const;
const never = new AbortController().signal;

it('reaches a web server on the loopback, and does not wait for one that never answers', async () => {
  await using dialler = openDialler({ allowPrivateNetwork: true, userAgent: 'test' });
  const told: string[] = [];
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += String(chunk);
    told.push(`${request.url} ${body}`);
    if (request.url === '/answers') response.end();
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  const hooks = openHooks(
    {
      onMessage: parseHook(`http://127.0.0.1:${port}/answers`),
      onFollower: parseHook(`http://127.0.0.1:${port}/silent`),
    },
    dialler.transport,
  );
  try {
    await hooks.message?.(call, never);
    const abort = new AbortController();
    const waiting = hooks.follower?.(call, abort.signal).then(
      () => 'told',
      () => 'broken off',
    );
    await expect.poll(() => told).toEqual(['/answers {"a":1}', '/silent {"a":1}']);
    abort.abort();
    expect(await waiting).toBe('broken off');
  } finally {
    server.closeAllConnections();
    server.close();
  }
});

it('runs a program', async () => {
  const hooks = openHooks({ onMessage: parseHook('run:/bin/false') }, () =>
    Promise.reject(new Error('no way')),
  );
  expect(Object.keys(hooks)).toEqual(['message']);
  await expect(hooks.message?.(call, never)).rejects.toThrow('/bin/false ended with 1');
});
