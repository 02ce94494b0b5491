// Our documents as a full JSON-LD reader sees them: Fedify parses what we build, with no context but those it has built in.
import { generateKeyPairSync } from 'node:crypto';
import {
  Announce,
  Create,
  Document,
  Follow,
  Hashtag,
  Image,
  Like,
  Mention,
  type Multikey,
  Note,
  Person,
  PropertyValue,
  Service,
  Undo,
  Update,
} from '@fedify/fedify/vocab';
import { expect, it } from 'vitest';
import { buildActorDocument, buildActorUpdate } from '#protocol/activitypub/actor-document';
import { activityUri, actorUri, iconUri, postUri, tagUri } from '#protocol/activitypub/actor-uris';
import { buildUndoFollow } from '#protocol/activitypub/follow';
import { buildCreate, buildNote, buildUpdate } from '#protocol/activitypub/note';
import { buildAnnounce, buildLike } from '#protocol/activitypub/reactions';
import { buildUndo } from '#protocol/activitypub/undo';
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

it('reads our Update of an actor that is a service, with icon and fields', async () => {
  const document = buildActorDocument({
    origin,
    name: 'alice',
    type: 'Service',
    icon: { url: iconUri(alice, 7), mediaType: 'image/png' },
    fields: [{ name: 'Web', value: 'https://alice.example/' }],
    rsaPublicKey: generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey,
    ed25519PublicKey: generateKeyPairSync('ed25519').publicKey,
    manuallyApprovesFollowers: false,
    discoverable: true,
    published: 0,
  });
  const update = await Update.fromJsonLd(buildActorUpdate(activityUri(alice, '9'), document));
  const service = await update.getObject();
  if (!(service instanceof Service)) throw new Error('no Service');
  expect(update.actorId?.href).toBe(service.id?.href);
  const icon = await service.getIcon();
  expect([icon?.url?.href, icon?.mediaType]).toEqual([iconUri(alice, 7), 'image/png']);
  for await (const field of service.getAttachments()) {
    if (!(field instanceof PropertyValue)) throw new Error('no PropertyValue');
    expect(field.name).toBe('Web');
    expect(field.value?.toString()).toMatch(/^<a href="https:\/\/alice.example\/" rel="me /);
  }
});

it('reads all that our Update of a note carries', async () => {
  const note = buildNote({
    id: postUri(alice, '1'),
    actor: alice,
    contentHtml: '<p>Hallo</p>',
    published: 0,
    updated: 60_000,
    visibility: 'unlisted',
    language: 'de',
    summary: 'Cats',
    inReplyTo: requireUri('https://remote.example/notes/1', 'id'),
    mentions: [{ actor: bob, name: '@bob@remote.example' }],
    hashtags: [{ href: tagUri(origin, 'Cats'), name: 'Cats' }],
    attachments: [
      {
        url: requireUri('https://home.example/media/1', 'url'),
        mediaType: 'image/png',
        name: 'A cat',
        width: 3,
        height: 4,
      },
      { url: requireUri('https://home.example/media/2', 'url'), mediaType: 'text/plain' },
    ],
  });
  const update = await Update.fromJsonLd(buildUpdate(activityUri(alice, '2'), note));
  const read = await update.getObject();
  if (!(read instanceof Note)) throw new Error('no Note');
  expect(read.updated?.toString()).toBe('1970-01-01T00:01:00Z');
  expect(read.summary?.toString()).toBe('Cats');
  expect(read.sensitive).toBe(true);
  expect(read.replyTargetId?.href).toBe('https://remote.example/notes/1');
  const tags = [];
  for await (const tag of read.getTags()) tags.push(tag);
  expect(tags.map((tag) => tag.constructor)).toEqual([Mention, Hashtag]);
  expect(tags.map((tag) => [tag.name?.toString(), (tag as Mention | Hashtag).href?.href])).toEqual([
    ['@bob@remote.example', bob],
    ['#Cats', 'https://home.example/tags/cats'],
  ]);
  const attachments = [];
  for await (const attachment of read.getAttachments()) attachments.push(attachment);
  const [image, paper] = attachments;
  if (!(image instanceof Image && paper instanceof Document)) throw new Error('no Image, or no Document');
  expect([image.url?.toString(), image.mediaType, image.name, image.width, image.height]).toEqual([
    'https://home.example/media/1',
    'image/png',
    'A cat',
    3,
    4,
  ]);
  expect(paper.mediaType).toBe('text/plain');
});

it('reads our Like and Announce, and the Undo of each', async () => {
  const [id, undoId] = [activityUri(alice, '1'), activityUri(alice, '2')];
  const object = requireUri('https://remote.example/notes/1', 'id');
  const reaction = { id, actor: alice, object, author: bob };
  const announce = buildAnnounce({ ...reaction, visibility: 'public', published: 0 });
  expect((await Announce.fromJsonLd(announce)).ccIds.map(({ href }) => href)).toEqual([
    `${alice}/followers`,
    bob,
  ]);
  for (const [kind, document, about] of [
    [Like, buildLike(reaction), object],
    [Announce, announce, object],
  ] as const) {
    const read = await kind.fromJsonLd(document);
    expect([read.id?.href, read.actorId?.href, read.objectId?.href]).toEqual([id, alice, about]);
    const undo = await Undo.fromJsonLd(buildUndo(undoId, document));
    expect([undo.id?.href, undo.actorId?.href]).toEqual([undoId, alice]);
    const undone = await undo.getObject();
    expect(undone).toBeInstanceOf(kind);
    expect(undone?.id?.href).toBe(id);
  }
});

it('reads our Undo of a Follow', async () => {
  const follow = { id: activityUri(alice, '1'), actor: alice, object: bob };
  const undo = await Undo.fromJsonLd(buildUndoFollow(activityUri(alice, '2'), follow));
  const undone = await undo.getObject();
  expect(undone).toBeInstanceOf(Follow);
  expect(undone?.id?.href).toBe(follow.id);
});
