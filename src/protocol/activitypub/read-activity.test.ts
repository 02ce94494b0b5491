import { describe, expect, it } from 'vitest';
import { checkAuthority } from '#protocol/activitypub/activity-authority';
import type { JsonObject } from '#protocol/activitypub/json-document';
import { publicCollection } from '#protocol/activitypub/public-collection';
import { readActivity } from '#protocol/activitypub/read-activity';
import { flagCharactersMax, flaggedObjectsMax } from '#support/limits';

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
      { actor: [null, bob], object: [null, note, null] },
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

describe('what an activity says beyond its object', () => {
  const read = (changes: Record<string, unknown>) => readActivity(activity(changes));
  const post = `${alice}/posts/1`;

  it.each<[string, Record<string, unknown>]>([
    ['EmojiReact', { type: 'EmojiReact', content: '🔥' }],
    ['EmojiReact by its prefix', { type: 'litepub:EmojiReact', content: ' 🔥 ' }],
    ['EmojiReact in full', { type: ['http://litepub.social/ns#EmojiReact'], content: '🔥' }],
    ['both types', { type: ['Like', 'EmojiReact'], content: '🔥' }],
    ['a Like with content', { type: 'Like', content: '🔥' }],
    ['a reaction of Misskey', { type: 'Like', _misskey_reaction: '🔥' }],
  ])('reads a reaction: %s', (_name, changes) => {
    const reaction = read({ ...changes, object: post });
    expect([reaction.type, reaction.content, reaction.object]).toEqual(['Like', '🔥', { id: post }]);
  });

  it('reads a Like whose content is no reaction as a Like', () => {
    for (const content of [undefined, null, '', ' ', 7, 'x'.repeat(129)]) {
      expect(read({ type: 'Like', object: post, content }).content).toBeUndefined();
    }
    expect(read({ type: 'Like', object: post, content: 'x'.repeat(128) }).content).toHaveLength(128);
  });

  it('reads the words of no other type', () => {
    expect(read({ content: 'Hello' })).not.toHaveProperty('content');
    expect(read({ published: 'yesterday' })).not.toHaveProperty('published');
  });

  it('knows of an Announce what it names, not what it says of it', () => {
    expect(read({ type: 'Announce', object: note }).object).toEqual({ id: note.id, type: 'Note' });
    const wrapped = activity({ type: 'Create' });
    expect(read({ type: 'Announce', object: wrapped }).object).toEqual({ id: wrapped.id, type: 'Create' });
  });

  it('reads all that a Flag names', () => {
    expect(read({ type: 'Flag', object: alice, content: 'Spam' })).toMatchObject({
      object: { id: alice },
      flagged: [alice],
      content: 'Spam',
    });
    const several = read({
      type: 'Flag',
      object: [{ id: alice, type: 'Person' }, post, post, 7],
      summary: 'Rude',
    });
    expect([several.object, several.flagged, several.content]).toEqual([
      { id: alice },
      [alice, post],
      'Rude',
    ]);
    const uris = (length: number) => Array.from({ length }, (_, i) => `${alice}/posts/${i}`);
    expect(read({ type: 'Flag', object: uris(flaggedObjectsMax) }).flagged).toHaveLength(flaggedObjectsMax);
    const tooMany = () => read({ type: 'Flag', object: uris(flaggedObjectsMax + 1) });
    expect(tooMany).toThrow(/at most 500 objects/);
    expect(tooMany).toThrow(expect.objectContaining({ kind: 'badJson' }));
    expect(read({ type: 'Flag', object: alice, content: 'x'.repeat(20_000) }).content).toHaveLength(
      flagCharactersMax,
    );
    for (const object of [undefined, [], ['x'], 7]) {
      expect(() => read({ type: 'Flag', object })).toThrow(/object must have an id/);
    }
  });

  it('reads where an actor moves to', () => {
    const target = 'https://new.example/users/bob';
    expect(read({ type: 'Move', object: bob, target: [{ id: target }] }).target).toBe(target);
    expect(() => read({ type: 'Move', object: bob })).toThrow(/target must name exactly one/);
    expect(() => read({ type: 'Move', object: bob, target: [target, alice] })).toThrow(
      /target must name exactly/,
    );
    expect(() => read({ type: 'Move', object: bob, target: bob })).toThrow(/target must be another/);
  });

  it('takes a target of any kind where it matters to nobody', () => {
    expect(read({ type: 'Add', target: `${bob}/featured` }).target).toBe(`${bob}/featured`);
    for (const target of [{ type: 'Collection' }, [bob, alice], 'x', 7]) {
      expect(read({ target })).not.toHaveProperty('target');
    }
  });
});

describe('an activity that is answered or undone', () => {
  const embedded = (type: unknown, changes: Record<string, unknown> = {}) => ({
    id: `${bob}/a/1`,
    type,
    actor: bob,
    object: alice,
    ...changes,
  });
  const read = (type: string, object: unknown) => readActivity(activity({ type, object })).object;
  const ends = { actor: bob, object: alice };

  it('is named by its id', () => {
    expect(read('Undo', `${bob}/a/1`)).toEqual({ id: `${bob}/a/1` });
  });

  it.each([
    ['Follow', 'Follow'],
    ['Like', 'Like'],
    ['Announce', 'Announce'],
    ['Block', 'Block'],
    ['EmojiReact', 'Like'],
    [['ext:Boost', 'as:Announce'], 'Announce'],
  ])('comes embedded: %s', (type, known) => {
    const whole = embedded(type);
    expect(read('Undo', whole)).toEqual({ id: whole.id, type: known, embedded: whole, ends });
    const { id: _id, ...nameless } = whole;
    expect(read('Undo', nameless)).toEqual({ type: known, embedded: nameless, ends });
    expect(read('Undo', { ...nameless, id: null })).toMatchObject({ type: known, ends });
  });

  it('has ends that may be objects themselves', () => {
    const { id: _id, ...nameless } = embedded('Announce', { actor: [{ id: bob }], object: note });
    expect(read('Undo', nameless).ends).toEqual({ actor: bob, object: note.id });
  });

  it('may say nothing of its ends where it has an id', () => {
    const stub = { id: `${bob}/a/1`, type: 'Like' };
    expect(read('Undo', stub)).toStrictEqual({ id: stub.id, type: 'Like', embedded: stub });
    expect(read('Undo', { ...stub, actor: bob, object: [alice, bob] })).not.toHaveProperty('ends');
    expect(read('Undo', { ...stub, object: alice })).not.toHaveProperty('ends');
    expect(read('Undo', { id: stub.id })).toStrictEqual({ id: stub.id, embedded: { id: stub.id } });
  });

  it.each<[string, string, unknown, RegExp]>([
    [
      'an Undo of a Create without id',
      'Undo',
      embedded('Create', { id: undefined }),
      /object must have an id/,
    ],
    [
      'an Undo of two at once',
      'Undo',
      embedded(['Like', 'Block'], { id: undefined }),
      /object must have an id/,
    ],
    [
      'an Undo without actor',
      'Undo',
      embedded('Like', { id: undefined, actor: undefined }),
      /actor must name/,
    ],
    ['an Undo without object', 'Undo', embedded('Like', { id: undefined, object: [] }), /object must name/],
    [
      'an Undo with an id that is none',
      'Undo',
      embedded('Like', { id: '#likes/1' }),
      /object must have an id/,
    ],
    ['an Accept of a Like', 'Accept', embedded('Like', { id: undefined }), /object must have an id/],
    [
      'a Like of an activity without id',
      'Like',
      embedded('Follow', { id: undefined }),
      /object must have an id/,
    ],
  ])('is refused: %s', (_name, type, object, reason) => expect(() => read(type, object)).toThrow(reason));

  it('has ends for nobody else', () => {
    expect(read('Like', embedded('Create'))).not.toHaveProperty('ends');
  });
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
    ['an Undo of a stub', { type: 'Undo', object: { id: `${bob}/f/1`, type: 'Like' } }],
    [
      'an Undo of an own Like without id',
      { type: 'Undo', object: { type: 'Like', actor: bob, object: alice } },
    ],
    ['a Block', { type: 'Block', object: alice }],
    ['a Flag of others', { type: 'Flag', object: [alice, `${alice}/posts/1`] }],
    ['an Announce of a note of others', { type: 'Announce', object: `${alice}/posts/1` }],
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
    [
      'an Undo of a Like of another without id',
      { type: 'Undo', object: { type: 'Like', actor: eve, object: alice } },
      /of its own/,
    ],
    ['an Undo on another host', { type: 'Undo', object: follow.id }, /of its own/],
    [
      'a Reject of a Follow of another',
      { type: 'Reject', object: { ...follow, object: eve } },
      /is asked may answer/,
    ],
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
