import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';

test('a line says what went wrong, where, and why', () => {
  const source = `
    import { openLogger } from '#support/logging';
    const error = new Error('not written', { cause: new Error('the disk is full') });
    openLogger('warn').error({ error: Object.assign(error, { code: 1510 }), requestId: 'r' }, 'request failed');
  `;
  const flags = ['--conditions=hearth-source', '--input-type=module', '--eval', source];
  const root = new URL('../..', import.meta.url);
  const { stdout, stderr } = spawnSync(process.execPath, flags, { cwd: root, encoding: 'utf8' });
  expect(stdout).toBe('');
  expect(JSON.parse(stderr)).toMatchObject({
    msg: 'request failed',
    requestId: 'r',
    error: {
      message: 'not written',
      code: 1510,
      stack: expect.stringContaining('at '),
      cause: { message: 'the disk is full' },
    },
  });
});
