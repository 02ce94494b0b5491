import { expect, it } from 'vitest';
import {
  addressingFor,
  recipientsOf,
  visibilityOf,
  withoutBlindRecipients,
} from '#protocol/activitypub/addressing';
import { publicCollection } from '#protocol/activitypub/public-collection';
import { requireUri } from '#protocol/activitypub/uris';

const alice = requireUri('https://home.example/users/alice', 'alice');
const followers = requireUri('https://home.example/users/alice/followers', 'followers');
const bob = requireUri('https://remote.example/users/bob', 'bob');

it.each(['public', 'unlisted', 'followers', 'direct'] as const)(
  '%s is what it was written as',
  (visibility) => {
    const addressing = addressingFor(visibility, followers, [bob]);
    expect(visibilityOf(addressing, followers)).toBe(visibility);
    expect([...addressing.to, ...addressing.cc]).toContain(bob);
  },
);

it("takes only the author's own followers for followers", () => {
  expect(visibilityOf({ to: [requireUri('https://evil.example/followers', 'x')], cc: [] }, followers)).toBe(
    'direct',
  );
  expect(visibilityOf({ to: [followers], cc: [] }, undefined)).toBe('direct');
  expect(visibilityOf({ to: [], cc: [] }, followers)).toBe('direct');
});

it('collects recipients from all five properties, each once, without Public and self', () => {
  const object = {
    to: ['as:Public', bob],
    cc: [followers, bob],
    bto: 'https://a.example/1',
    bcc: [{ id: 'https://a.example/2' }],
    audience: ['https://a.example/3', alice, publicCollection],
  };
  expect(recipientsOf(object, alice)).toEqual([
    bob,
    followers,
    'https://a.example/1',
    'https://a.example/2',
    'https://a.example/3',
  ]);
});

it('hides blind recipients, also in the embedded object', () => {
  const activity = {
    type: 'Create',
    bto: [bob],
    bcc: [bob],
    object: { type: 'Note', bcc: [bob], to: [bob] },
  };
  expect(withoutBlindRecipients(activity)).toEqual({ type: 'Create', object: { type: 'Note', to: [bob] } });
});
