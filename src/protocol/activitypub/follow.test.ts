import { expect, it } from 'vitest';
import { checkAuthority } from '#protocol/activitypub/activity-authority';
import { buildAccept, buildFollow, buildReject, buildUndoFollow } from '#protocol/activitypub/follow';
import { readActivity } from '#protocol/activitypub/read-activity';
import { requireUri } from '#protocol/activitypub/uris';

const alice = requireUri('https://home.example/users/alice', 'alice');
const bob = requireUri('https://remote.example/users/bob', 'bob');
const id = requireUri('https://home.example/users/alice/activities/1', 'id');
const follow = { id, actor: alice, object: bob };
const embedded = { id, type: 'Follow', actor: alice, object: bob };

it.each([
  ['Follow', buildFollow(follow), alice, bob],
  ['Undo', buildUndoFollow(requireUri(`${alice}/activities/2`, 'id'), follow), alice, bob],
  ['Accept', buildAccept(requireUri(`${bob}/accepts/1`, 'id'), follow), bob, alice],
  ['Reject', buildReject(requireUri(`${bob}/rejects/1`, 'id'), follow), bob, alice],
])(
  '%s is by the right actor, for the other, and stands our own checks',
  (type, document, actor, recipient) => {
    const activity = readActivity(document);
    expect(activity).toMatchObject({ type, actor, to: [recipient] });
    const ends = { actor: alice, object: bob };
    expect(activity.object).toEqual(type === 'Follow' ? { id: bob } : { id, type: 'Follow', embedded, ends });
    expect(() => checkAuthority(activity)).not.toThrow();
  },
);
