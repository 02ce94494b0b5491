import { describe, expect, it } from 'vitest';
import { checkAuthority } from '#protocol/activitypub/activity-authority';
import { visibilityOf } from '#protocol/activitypub/addressing';
import { buildFollow } from '#protocol/activitypub/follow';
import type { JsonObject } from '#protocol/activitypub/json-document';
import { publicCollection } from '#protocol/activitypub/public-collection';
import { buildAnnounce, buildLike } from '#protocol/activitypub/reactions';
import { readActivity } from '#protocol/activitypub/read-activity';
import { buildUndo } from '#protocol/activitypub/undo';
import { requireUri } from '#protocol/activitypub/uris';

const alice = requireUri('https://home.example/users/alice', 'alice');
const followers = requireUri(`${alice}/followers`, 'followers');
const bob = requireUri('https://remote.example/users/bob', 'bob');
const post = requireUri('https://remote.example/notes/1', 'post');
const id = requireUri(`${alice}/activities/1`, 'id');
const undoId = requireUri(`${alice}/activities/2`, 'id');
const reaction = { id, actor: alice, object: post, author: bob };
const boost = { ...reaction, published: Date.UTC(2026, 10, 21, 12) };
const asSent = (value: JsonObject) => JSON.parse(JSON.stringify(value)) as JsonObject;

it('a Like names the post by its id and goes to its author', () => {
  expect(readActivity(asSent(buildLike(reaction)))).toMatchObject({
    id,
    type: 'Like',
    actor: alice,
    object: { id: post },
    to: [bob],
    cc: [],
  });
});

describe('an Announce', () => {
  it.each([
    ['public', [publicCollection], [followers, bob]],
    ['unlisted', [followers], [publicCollection, bob]],
    ['followers', [followers], [bob]],
  ] as const)('that is %s tells the author too', (visibility, to, cc) => {
    const read = readActivity(asSent(buildAnnounce({ ...boost, visibility })));
    expect(read).toMatchObject({ id, type: 'Announce', actor: alice, object: { id: post }, to, cc });
    expect(read.published).toBe(boost.published);
    expect(visibilityOf(read, followers)).toBe(visibility);
  });
});

it.each([
  ['Like', buildLike(reaction)],
  ['Announce', buildAnnounce({ ...boost, visibility: 'unlisted' })],
  ['Follow', buildFollow({ id, actor: alice, object: bob })],
])('an Undo embeds the %s that it takes back, and goes where that went', (type, activity) => {
  const undo = asSent(buildUndo(undoId, activity));
  const { '@context': context, ...undone } = activity;
  expect(undo.object).toEqual(undone);
  expect(undo['@context']).toEqual(context);
  expect(undo.to).toEqual(activity.to);
  expect(undo.cc).toEqual(activity.cc);
  const read = readActivity(undo);
  expect(read).toMatchObject({ id: undoId, type: 'Undo', actor: alice, object: { id, type } });
  expect(() => checkAuthority(read)).not.toThrow();
});

it('an Undo keeps no blind recipients, and needs none that are named', () => {
  const { to: _to, ...silent } = buildLike(reaction);
  const undo = buildUndo(undoId, { ...silent, bto: [bob], bcc: [bob] });
  const { '@context': _context, ...bare } = buildLike(reaction);
  expect(buildUndo(undoId, bare)['@context']).toBe('https://www.w3.org/ns/activitystreams');
  expect(undo).not.toHaveProperty('to');
  expect(undo).not.toHaveProperty('cc');
  expect(JSON.stringify(undo)).not.toMatch(/bto|bcc|"to"|"cc"/);
});
