import { describe, expect, it } from 'vitest';
import { checkAuthority } from '#protocol/activitypub/activity-authority';
import type { JsonObject } from '#protocol/activitypub/json-document';
import { publicCollection } from '#protocol/activitypub/public-collection';
import { readActivity } from '#protocol/activitypub/read-activity';

const as = 'https://www.w3.org/ns/activitystreams';
const bob = 'https://remote.example/users/bob';
const alice = 'https://home.example/users/alice';
const note = { id: 'https://remote.example/notes/1', type: 'Note', attributedTo: bob, content: 'Hello' };

function activity(changes: Record<string, unknown> = {}): JsonObject {
  const base = {
    '@context': as,
    id: 'https://remote.example/activities/1',
    type: 'Create',
    actor: bob,
    object: note,
    to: [`${as}#Public`],
    cc: [`${bob}/followers`],
    published: '2026-11-21T12:00:00Z',
  };
  return JSON.parse(JSON.stringify({ ...base, ...changes })) as JsonObject;
}

describe('readActivity', () => {
  it('reads a plain activity', () => {
    const raw = activity();
    expect(readActivity(raw)).toEqual({
      id: 'https://remote.example/activities/1',
      type: 'Create',
      actor: bob,
      object: { id: note.id, type: 'Note', embedded: note },
      to: [publicCollection],
      cc: [`${bob}/followers`],
      bto: [],
      bcc: [],
      audience: [],
      published: Date.UTC(2026, 10, 21, 12),
      raw,
    });
  });

  it('reads one thing in all the ways it may be written', () => {
    const plain = readActivity(activity());
    for (const changes of [
      { actor: [bob] },
      { actor: { id: bob, type: 'Person' } },
      { actor: [{ '@id': bob }] },
      { actor: 'https://REMOTE.example:443/users/bob' },
      { actor: 'https://remote.example./users/bob' },
      { type: ['Create'] },
      { type: 'as:Create' },
      { type: [`${as}#Create`, 'schema:CreateAction'] },
      { object: [note] },
      { to: `${as}#Public` },
      { to: 'as:Public' },
      { to: ['Public', 'as:Public', `${as}#Public`] },
      { to: [{ id: `${as}#Public` }, 'not a uri', 7, null] },
      { '@context': undefined },
    ]) {
      const { raw: _raw, ...read } = readActivity(activity(changes));
      const { raw: _plain, ...expected } = plain;
      expect(read, JSON.stringify(changes)).toEqual(expected);
    }
  });

  it('reads an object by reference', () => {
    expect(readActivity(activity({ type: 'Follow', object: alice })).object).toEqual({ id: alice });
  });

  it.each<[string, Record<string, unknown>, RegExp]>([
    ['no id', { id: undefined }, /id must be an absolute/],
    ['a local id', { id: '42' }, /id must be an absolute/],
    ['an id on another host', { id: 'https://other.example/1' }, /on the origin of its actor/],
    ['an id on another port', { id: 'https://remote.example:8443/1' }, /on the origin of its actor/],
    ['no actor', { actor: undefined }, /actor must name exactly one/],
    ['two actors', { actor: [bob, alice] }, /actor must name exactly one/],
    ['an actor without id', { actor: { type: 'Person' } }, /actor must be an absolute/],
    ['a numeric actor', { actor: 7 }, /actor must be an absolute/],
    ['no object', { object: undefined }, /object must name exactly one/],
    ['two objects', { object: [note, note] }, /object must name exactly one/],
    ['an object without id', { object: { type: 'Note' } }, /object must have an id/],
    ['no type', { type: undefined }, /exactly one type of activity/],
    ['no activity', { type: 'Note' }, /exactly one type of activity/],
    ['two activities at once', { type: ['Create', 'Delete'] }, /exactly one type of activity/],
    ['two ids', { '@id': 'https://remote.example/2' }, /both id and @id/],
    ['a redefined term', { '@context': [as, { actor: 'ex:actor' }] }, /redefine actor/],
    [
      'a redefined term within',
      { object: { ...note, '@context': { attributedTo: 'ex:a' } } },
      /redefine attributedTo/,
    ],
    [
      'a thousand mentions',
      { to: Array.from({ length: 1001 }, (_, i) => `${bob}/${i}`) },
      /at most 1000 recipients/,
    ],
  ])('refuses %s', (_name, changes, reason) => expect(() => readActivity(activity(changes))).toThrow(reason));
});

describe('checkAuthority', () => {
  const check = (changes: Record<string, unknown>) => () => checkAuthority(readActivity(activity(changes)));
  const eve = 'https://remote.example/users/eve';
  const follow = { id: 'https://home.example/follows/1', type: 'Follow', actor: alice, object: bob };

  it.each<[string, Record<string, unknown>]>([
    ['a Create of an own note', {}],
    ['a Delete of an own note', { type: 'Delete', object: { id: note.id, type: 'Tombstone' } }],
    ['a Delete by id', { type: 'Delete', object: note.id }],
    ['a Delete of itself', { type: 'Delete', object: bob }],
    ['an Update of itself', { type: 'Update', object: { id: bob, type: 'Person' } }],
    [
      'an Undo of an own Follow',
      { type: 'Undo', object: { ...follow, id: `${bob}/f/1`, actor: bob, object: alice } },
    ],
    ['an Accept of a Follow of itself', { type: 'Accept', object: follow }],
    ['a Like of a note of others', { type: 'Like', object: 'https://home.example/users/alice/posts/1' }],
    ['a Move of itself', { type: 'Move', object: bob, target: 'https://new.example/users/bob' }],
  ])('allows %s', (_name, changes) => expect(check(changes)).not.toThrow());

  it.each<[string, Record<string, unknown>, RegExp]>([
    [
      'a Create of a note on another host',
      { object: { ...note, id: 'https://home.example/n/1' } },
      /origin of the actor/,
    ],
    ['a Create of a note of another', { object: { ...note, attributedTo: eve } }, /attributed to the actor/],
    [
      'a Create of a note of nobody',
      { object: { ...note, attributedTo: undefined } },
      /attributed to the actor/,
    ],
    [
      'an Update of a note of another',
      { type: 'Update', object: { ...note, attributedTo: eve } },
      /attributed to the a/,
    ],
    ['an Update of another actor', { type: 'Update', object: { id: eve, type: 'Person' } }, /for another/],
    ['a Delete of another actor', { type: 'Delete', object: { id: eve, type: 'Person' } }, /for another/],
    ['a Delete on another host', { type: 'Delete', object: `${alice}/posts/1` }, /origin of the actor/],
    [
      'an Undo of a Follow by another',
      { type: 'Undo', object: { ...follow, id: `${bob}/f`, actor: eve } },
      /of its own/,
    ],
    ['an Undo on another host', { type: 'Undo', object: follow.id }, /of its own/],
    [
      'an Accept of a Follow of another',
      { type: 'Accept', object: { ...follow, object: eve } },
      /is asked may answer/,
    ],
    ['a Move of another', { type: 'Move', object: eve, target: bob }, /move only itself/],
  ])('refuses %s', (_name, changes, reason) => expect(check(changes)).toThrow(reason));

  it('refuses two owners, and an owner that is no URI', () => {
    expect(check({ object: { ...note, attributedTo: [bob, eve] } })).toThrow(/exactly one/);
    expect(check({ object: { ...note, attributedTo: 7 } })).toThrow(/absolute http/);
    expect(check({ object: { ...note, attributedTo: 'bob' } })).toThrow(/absolute http/);
  });
});
