// A server whose disk is full: it says so, ends by itself with an exit code that a supervisor takes for a failure, and
// after the next start everything that it has acknowledged is there.
import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { startProgram, startServer } from '#test/fixtures/program';
import { api, personOf, signUp, strangerAt } from '#test/fixtures/stranger';

test('a server whose store has failed ends, and has kept its word', { timeout: 180_000 }, async () => {
  const data = mkdtempSync(join(tmpdir(), 'hearth-full-'));
  await using cleaning = new AsyncDisposableStack();
  cleaning.defer(() => rm(data, { recursive: true, force: true }));

  const serve = ['serve', '--data', data, '--listen', '127.0.0.1:0', '--server-name', 'child.test'];
  const blocks = 1_024;
  const full = startProgram(
    [...serve, '--registration', 'open', '--rate-limits', 'off'],
    { HEARTH_LOG_LEVEL: 'silent' },
    blocks,
  );
  cleaning.defer(() => void full.child.kill('SIGKILL'));
  const [, url] = await full.untilPrinted(/on (http:\/\/127\.0\.0\.1:\d+) /);
  const alice = await signUp(strangerAt(String(url)), 'alice');
  const { room_id } = await alice.post('/createRoom', {});
  const path = `/rooms/${encodeURIComponent(String(room_id))}`;
  const filler = 'x'.repeat(40_000);
  const acknowledged: unknown[] = [];
  let status = 200;
  // Long before a write would be longer than the limit: twice as many messages as fit.
  for (let count = 0; status === 200 && count < (2 * blocks * 512) / filler.length; count++) {
    const content = { msgtype: 'm.text', body: filler };
    const answer = await alice.call('PUT', `${path}/send/m.room.message/${count}`, { body: content });
    status = answer.status;
    if (status === 200) acknowledged.push(answer.body.event_id);
  }
  expect(status).toBe(500);
  expect(acknowledged.length).toBeGreaterThan(3);
  const { code, err } = await full.ended;
  expect(code).toBe(1);
  expect(err).toMatch(
    /^error: The server has ended, because its store has failed\. The store could not write to disk [^\n]+\n$/,
  );

  await using server = await startServer(data);
  const again = strangerAt(server.url);
  const login = { type: 'm.login.password', user: 'alice', password: "alice's password" };
  const back = personOf(again, (await again('POST', `${api}/login`, { body: login })).body);
  const { chunk } = await back.get(`${path}/messages?dir=b&limit=1000`);
  const stored = new Set((chunk as { event_id: string }[]).map(({ event_id }) => event_id));
  expect(acknowledged.filter((eventId) => !stored.has(String(eventId)))).toEqual([]);
});
