import { expect, it } from 'vitest';
import { parseDateTime, parseHttpDate, toDateTime, toHttpDate } from '#protocol/activitypub/dates';

it('writes and reads HTTP dates', () => {
  const ms = Date.UTC(2014, 0, 5, 21, 31, 40);
  expect(toHttpDate(ms)).toBe('Sun, 05 Jan 2014 21:31:40 GMT');
  expect(parseHttpDate('Sun, 05 Jan 2014 21:31:40 GMT')).toBe(ms);
});

it.each([
  '',
  'now',
  '2014-01-05T21:31:40Z',
  'Sun, 05 Foo 2014 21:31:40 GMT',
  'Sun, 05 Jan 2014 21:31:40 GMT, x',
])('does not take %j for an HTTP date', (text) => expect(parseHttpDate(text)).toBeUndefined());

it('writes and reads xsd:dateTime', () => {
  const ms = Date.UTC(2026, 10, 21, 12, 0, 0, 250);
  expect(toDateTime(ms)).toBe('2026-11-21T12:00:00.250Z');
  expect(parseDateTime('2026-11-21T12:00:00.250Z')).toBe(ms);
  expect(parseDateTime('2026-11-21T14:00:00.250999+02:00')).toBe(ms);
  expect(parseDateTime('2026-11-21T12:00:00')).toBe(ms - 250);
});

it.each([
  undefined,
  7,
  '',
  'yesterday',
  '2026-11-21',
  'Sun, 05 Jan 2014 21:31:40 GMT',
  '2026-13-41T99:00:00Z',
])('does not take %j for an xsd:dateTime', (text) => expect(parseDateTime(text)).toBeUndefined());
