// Our documents as a full JSON-LD reader sees them: Fedify parses what we build, with no context but those it has built in.
import { generateKeyPairSync } from 'node:crypto';
import { Create, Follow, type Multikey, Note, Person, Undo } from '@fedify/fedify/vocab';
import { expect, it } from 'vitest';
import { buildActorDocument } from '#protocol/activitypub/actor-document';
import { activityUri, actorUri, postUri } from '#protocol/activitypub/actor-uris';
import { buildUndoFollow } from '#protocol/activitypub/follow';
import { buildCreate, buildNote } from '#protocol/activitypub/note';
import { parseOrigin, requireUri } from '#protocol/activitypub/uris';

const origin = parseOrigin('https://home.example');
const alice = actorUri(origin, 'alice');
const bob = requireUri('https://remote.example/users/bob', 'bob');

it('reads our actor, keys and all', async () => {
  const person = await Person.fromJsonLd(
    buildActorDocument({
      origin,
      name: 'alice',
      rsaPublicKey: generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey,
      ed25519PublicKey: generateKeyPairSync('ed25519').publicKey,
      manuallyApprovesFollowers: true,
      discoverable: true,
      published: 0,
    }),
  );
  expect(person.id?.href).toBe(alice);
  expect(person.inboxId?.href).toBe(`${alice}/inbox`);
  expect(person.endpoints?.sharedInbox?.href).toBe('https://home.example/inbox');
  expect(person.manuallyApprovesFollowers).toBe(true);
  const key = await person.getPublicKey();
  expect([key?.id?.href, key?.ownerId?.href]).toEqual([`${alice}#main-key`, alice]);
  expect(key?.publicKey?.algorithm.name).toBe('RSASSA-PKCS1-v1_5');
  const multikeys: Multikey[] = [];
  for await (const multikey of person.getAssertionMethods()) multikeys.push(multikey);
  expect(multikeys.map(({ publicKey }) => publicKey?.algorithm.name)).toEqual(['Ed25519']);
});

it('reads our Create and the note in it', async () => {
  const note = buildNote({
    id: postUri(alice, '1'),
    actor: alice,
    contentHtml: '<p>Hello</p>',
    published: 0,
    visibility: 'public',
    mentions: [{ actor: bob, name: '@bob@remote.example' }],
  });
  const create = await Create.fromJsonLd(buildCreate(activityUri(alice, '1'), note));
  const read = await create.getObject();
  expect(create.actorId?.href).toBe(alice);
  expect(read).toBeInstanceOf(Note);
  expect(read?.content?.toString()).toBe('<p>Hello</p>');
  expect(read?.attributionId?.href).toBe(alice);
  expect(read?.ccIds.map(({ href }) => href)).toEqual([`${alice}/followers`, bob]);
});

it('reads our Undo of a Follow', async () => {
  const follow = { id: activityUri(alice, '1'), actor: alice, object: bob };
  const undo = await Undo.fromJsonLd(buildUndoFollow(activityUri(alice, '2'), follow));
  const undone = await undo.getObject();
  expect(undone).toBeInstanceOf(Follow);
  expect(undone?.id?.href).toBe(follow.id);
});
