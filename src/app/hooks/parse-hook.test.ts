import { expect, it } from 'vitest';
import { parseHook, publicHook } from '#app/hooks/parse-hook';

it('reads addresses and programs', () => {
  expect(parseHook('https://bots.example.org/hearth?key=1')).toEqual({
    kind: 'webhook',
    url: 'https://bots.example.org/hearth?key=1',
  });
  expect(parseHook('http://127.0.0.1:9000')).toEqual({ kind: 'webhook', url: 'http://127.0.0.1:9000/' });
  expect(parseHook('run:/bin/tell  me "$HOME"')).toEqual({
    kind: 'program',
    program: { path: '/bin/tell', arguments: ['me', '"$HOME"'] },
  });
});

it.each([
  '',
  'run:',
  'run: ',
  'run:tell',
  'run:./tell',
  '/bin/tell',
  'ftp://example.org/',
  'https://me:secret@example.org/',
])('does not read %j', (text) => expect(parseHook(text)).toBeUndefined());

it('shows no secrets', () => {
  expect(publicHook(parseHook('https://bots.example.org/hearth?key=1'))).toBe(
    'https://bots.example.org/hearth?…',
  );
  expect(publicHook(parseHook('run:/bin/tell me'))).toBe('run:/bin/tell me');
  expect(publicHook(undefined)).toBe('');
});
