import { expect, it } from 'vitest';
import { loadConfig } from '#app/config/config';
import { startMessage } from '#app/start-message';

const message = (publicUrl: string, port: number) =>
  startMessage(
    {
      ...loadConfig({ flags: { data: '/nowhere' }, environment: {} }),
      publicUrl,
    },
    { host: '127.0.0.1', port },
    (command) => `hearth ${command}`,
  );

it.each([
  ['http://localhost:8008', 9000, 8008],
  ['http://127.0.0.1:8008', 9000, 8008],
  ['http://[::1]:8008', 9000, 8008],
  ['http://localhost', 8008, 80],
])('says that %s leads elsewhere than to port %i', (publicUrl, port, meant) => {
  const text = message(publicUrl, port);
  expect(text).toContain(`means port ${meant}, but the server listens on port ${port}`);
  expect(text).toContain(`--listen 127.0.0.1:${meant}.`);
});

it.each([
  ['http://localhost:8008', 8008],
  ['http://localhost', 80],
  ['https://example.org', 8008],
])('says nothing of the kind of %s and port %i', (publicUrl, port) => {
  expect(message(publicUrl, port)).not.toContain('means port');
});
