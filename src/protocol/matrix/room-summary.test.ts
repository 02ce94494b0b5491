// Which members stand for a room without a name, and when a room has one. Client-Server API, RoomSummary.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { UserId } from '#protocol/matrix/identifiers';
import { heroesAmong, heroMemberships, isNamed } from '#protocol/matrix/room-summary';

const self = '@self:a.org' as UserId;
const member = (index: number) => ({
  user: `@u${index}:a.org` as UserId,
  at: String(index).padStart(4, '0'),
});

it('the heroes are the first five, in the order of the stream, without oneself', () => {
  const places = fc.uniqueArray(fc.nat({ max: 50 }), { maxLength: 12 });
  fc.assert(
    fc.property(places, fc.nat({ max: 50 }), (indices, own) => {
      const members = [...indices.map(member), { user: self, at: String(own).padStart(4, '0') }];
      const first = indices.toSorted((a, b) => a - b).slice(0, 5);
      expect(heroesAmong(members, self)).toEqual(first.map((index) => member(index).user));
    }),
  );
});

it('those who are here come before those who are gone, and those who knock are neither', () => {
  expect(heroMemberships).toEqual([
    ['join', 'invite'],
    ['leave', 'ban'],
  ]);
});

it.each<[object | undefined, object | undefined, boolean]>([
  [undefined, undefined, false],
  [{ name: 'Tea' }, undefined, true],
  [{ name: '' }, undefined, false],
  [{ name: 7 }, undefined, false],
  [undefined, { alias: '#tea:a.org' }, true],
  [undefined, { alias: 'tea' }, false],
  [undefined, { alias: null, alt_aliases: ['#tea:a.org'] }, false],
  [{ name: '' }, { alias: '#tea:a.org' }, true],
])('with the name %j and the alias %j it is named: %s', (name, alias, expected) => {
  const state = (content: object | undefined) =>
    content && ({ content } as { content: Record<string, string> });
  expect(isNamed(state(name), state(alias))).toBe(expected);
});
