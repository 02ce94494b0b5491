import { generateKeyPairSync } from 'node:crypto';
import { beforeEach, describe, expect, it } from 'vitest';
import { follow } from '#domain/social/follow';
import { listInbox } from '#domain/social/list-inbox';
import { listRelations } from '#domain/social/list-relations';
import { retireActor } from '#domain/social/retire-actor';
import { joinTransports, type Transport } from '#network/transport';
import { normaliseUri, type Uri } from '#protocol/activitypub/uris';
import { type FaultyEngine, makeFaultyEngine } from '#store/engines/faulty';
import { openMemoryEngine } from '#store/engines/memory';
import { activityBytesMax } from '#support/limits';
import { systemRandom } from '#support/random';
import { openScriptedPeer, type PostOptions, type ScriptedPeer } from '#test/fixtures/scripted-peer';
import { type HandClock, handClock, openSocialServer, type SocialServer } from '#test/fixtures/social-server';

const home = 'https://home.example';
const alice = `${home}/users/alice`;
const carol = `${home}/users/carol`;
const inbox = `${alice}/inbox`;
const sharedInbox = `${home}/inbox`;
/** Keys that are nobody's. */
const stranger = generateKeyPairSync('rsa', { modulusLength: 2_048 });
const everyone = 'https://www.w3.org/ns/activitystreams#Public';

let clock: HandClock;
let engine: FaultyEngine;
let server: SocialServer;
let peer: ScriptedPeer;
let evil: ScriptedPeer;
let bob: string;
let count = 0;

beforeEach(async () => {
  clock = handClock();
  const toServer: Transport = (request) => server.transport(request);
  peer = openScriptedPeer({ host: 'remote.example', toServer, clock });
  evil = openScriptedPeer({ host: 'evil.example', toServer, clock });
  bob = peer.actor('bob');
  engine = makeFaultyEngine(openMemoryEngine(), { clock, random: systemRandom });
  server = await openSocialServer({
    engine,
    origin: home,
    accounts: ['alice', 'carol'],
    outside: joinTransports(
      new Map([
        ['remote.example', peer.transport],
        ['evil.example', evil.transport],
      ]),
    ),
    clock,
  });
});

const activity = (type: string, object: unknown, changes: Record<string, unknown> = {}) => ({
  '@context': 'https://www.w3.org/ns/activitystreams',
  id: `${bob}/activities/${++count}`,
  type,
  actor: bob,
  object,
  ...changes,
});
const note = (changes: Record<string, unknown> = {}) => ({
  id: `${bob}/notes/${++count}`,
  type: 'Note',
  attributedTo: bob,
  content: '<p>Hello</p>',
  published: '2027-01-01T00:00:00Z',
  to: [everyone],
  cc: [`${bob}/followers`],
  ...changes,
});
const create = (object: Record<string, unknown>, changes: Record<string, unknown> = {}) =>
  activity('Create', object, { to: object.to, cc: object.cc, ...changes });

const followersOf = async (name: string) =>
  (await listRelations(server.social, name, 'followers', { limit: 10 })).items;
const notesOf = async (name: string) =>
  (await listInbox(server.social, name, { limit: 10 })).items.map((item) => item.note);
const uri = (text: string) => normaliseUri(text) as Uri;
const stateOfFollowing = async (name: string, actor: string) =>
  (await server.social.database.read((reader) => reader.following(name, uri(actor))))?.state;
const queued = async (name: string) => {
  const { items } = await server.social.database.read((reader) =>
    reader.deliveries.ofAccount(name, { limit: 50, oldestFirst: true }),
  );
  return Promise.all(
    items.map(async ({ activity: id, inbox: to }) => {
      const json = await server.social.database.read((reader) => reader.activityJson(id));
      return { to, activity: JSON.parse(json ?? '{}') };
    }),
  );
};

/** Alice follows bob, and he has accepted. */
async function aliceFollowsBob(): Promise<void> {
  await follow(server.social, 'alice', bob);
  const [sent] = await queued('alice');
  expect(await peer.post(inbox, activity('Accept', sent?.activity.id))).toBe(202);
  expect(await stateOfFollowing('alice', bob)).toBe('accepted');
}

describe('a request to an inbox', () => {
  const like = () => activity('Like', `${alice}/posts/1`);

  it('must be Activity Streams, of bounded size, JSON, and an activity', async () => {
    expect(await peer.post(inbox, like(), { contentType: 'application/json' })).toBe(415);
    expect(await peer.post(inbox, ' '.repeat(activityBytesMax + 1))).toBe(413);
    expect(await peer.post(inbox, '{')).toBe(400);
    expect(await peer.post(inbox, { ...like(), type: 'Note' })).toBe(400);
    expect(await peer.post(inbox, { ...like(), actor: [bob, carol] }, { keyId: `${bob}#main-key` })).toBe(
      400,
    );
    expect(peer.asked).toEqual([]);
  });

  it('must be to an account that is here', async () => {
    expect(await peer.post(`${home}/users/nobody/inbox`, like())).toBe(404);
    await retireActor(server.social, 'carol');
    expect(await peer.post(`${carol}/inbox`, like())).toBe(410);
  });

  it.each<[string, PostOptions]>([
    [
      'has no signature',
      {
        tamper: (headers) => {
          delete headers.signature;
          return undefined;
        },
      },
    ],
    ['has another body than its digest says', { tamper: (_, body) => ({ body: Buffer.from(`${body} `) }) }],
    [
      'has no digest',
      {
        tamper: (headers) => {
          delete headers.digest;
          return undefined;
        },
      },
    ],
    [
      'has a signature that does not cover the digest',
      {
        tamper: (headers) => {
          headers.signature = headers.signature?.replace(' digest', '') ?? '';
          return undefined;
        },
      },
    ],
    ['was signed too long ago', { date: 1_800_000_000_000 - 13 * 3_600_000 }],
    ['was signed in the future', { date: 1_800_000_000_000 + 2 * 3_600_000 }],
    ['is signed by another key', { privateKey: stranger.privateKey }],
    [
      'claims an algorithm that anybody could sign with',
      {
        tamper: (headers) => {
          headers.signature = headers.signature?.replace('rsa-sha256', 'hmac-sha256') ?? '';
          return undefined;
        },
      },
    ],
  ])('is refused when it %s', async (_, options) => {
    expect(await peer.post(inbox, activity('Follow', alice), options)).toBe(401);
    expect(await followersOf('alice')).toEqual([]);
  });

  it('is refused when its key cannot be had, also for what would have no effect', async () => {
    const stranger = `${peer.origin}/users/ghost`;
    expect(await peer.post(inbox, activity('Like', alice, { actor: stranger, id: `${stranger}/1` }))).toBe(
      401,
    );
  });

  it.each([500, 503, 429])('is put off when its key’s server answers %s', async (status) => {
    peer.documents.set(bob, { status });
    expect(await peer.post(inbox, activity('Follow', alice))).toBe(503);
    expect(await followersOf('alice')).toEqual([]);
    peer.actor('bob');
    expect(await peer.post(inbox, activity('Follow', alice))).toBe(202);
    // A signature that the kept key did not make may be by a new one, which cannot be had either.
    peer.rotateKeys();
    peer.documents.set(bob, { status });
    const again = activity('Follow', carol);
    expect(await peer.post(inbox, again)).toBe(503);
    expect(await followersOf('carol')).toEqual([]);
  });

  it('is taken without effect when it is well signed and nothing that we act on', async () => {
    expect(await peer.post(inbox, like())).toBe(202);
    expect(await peer.post(sharedInbox, activity('Announce', `${alice}/posts/1`))).toBe(202);
  });
});

describe('the signer', () => {
  it('must be the actor', async () => {
    const mallory = evil.actor('mallory');
    const forged = activity('Follow', alice);
    expect(await evil.post(inbox, forged, { keyId: `${mallory}#main-key` })).toBe(403);
    const eve = peer.actor('eve');
    expect(await peer.post(inbox, forged, { keyId: `${eve}#main-key` })).toBe(403);
    expect(await followersOf('alice')).toEqual([]);
  });

  it('must list the key, whatever the key says of its owner', async () => {
    const keyId = `${peer.origin}/keys/1`;
    const stolen = stranger;
    peer.documents.set(keyId, {
      status: 200,
      json: {
        '@context': 'https://w3id.org/security/v1',
        id: keyId,
        type: 'Key',
        owner: bob,
        publicKeyPem: stolen.publicKey.export({ type: 'spki', format: 'pem' }),
      },
    });
    const { privateKey } = stolen;
    expect(await peer.post(inbox, activity('Follow', alice), { keyId, privateKey })).toBe(401);
  });

  it('is nobody here', async () => {
    const own = activity('Follow', alice, { actor: carol, id: `${carol}/activities/1` });
    expect(await evil.post(inbox, own)).toBe(403);
  });

  it('may have a new key: it is fetched once more, and a flood of wrong signatures fetches little', async () => {
    expect(await peer.post(inbox, activity('Follow', alice))).toBe(202);
    peer.rotateKeys();
    peer.actor('bob');
    expect(await peer.post(inbox, activity('Follow', carol))).toBe(202);
    expect(peer.asked).toEqual([bob, bob]);
    const { privateKey } = stranger;
    for (let attempt = 0; attempt < 20; attempt++) {
      expect(await peer.post(inbox, activity('Like', alice), { privateKey })).toBe(401);
    }
    expect(peer.asked.length).toBeLessThanOrEqual(3);
    expect(await peer.post(inbox, activity('Like', alice))).toBe(202);
  });

  it('is remembered in the database', async () => {
    await peer.post(inbox, activity('Follow', alice));
    const key = await server.social.database.read((reader) => reader.actorKey(uri(`${bob}#main-key`)));
    expect(key?.actor).toBe(bob);
  });

  it('cannot make us fetch a key that is not there again and again', async () => {
    const ghost = `${peer.origin}/users/ghost`;
    const statuses: number[] = [];
    for (let attempt = 0; attempt < 6; attempt++) {
      statuses.push(
        await peer.post(inbox, activity('Like', alice, { actor: ghost, id: `${ghost}/${attempt}` })),
      );
    }
    expect(statuses).toEqual([401, 401, 401, 429, 429, 429]);
    expect(peer.asked).toHaveLength(3);
  });
});

describe('Follow', () => {
  it('makes a follower and queues the Accept', async () => {
    const request = activity('Follow', alice);
    expect(await peer.post(inbox, request)).toBe(202);
    expect(await followersOf('alice')).toEqual([bob]);
    const [accept] = await queued('alice');
    expect(accept?.to).toBe(`${bob}/inbox`);
    expect(accept?.activity).toMatchObject({
      type: 'Accept',
      actor: alice,
      object: { id: request.id, type: 'Follow', actor: bob, object: alice },
    });
  });

  it('changes nothing when it comes again, and is accepted again', async () => {
    await peer.post(inbox, activity('Follow', alice));
    const again = activity('Follow', alice);
    expect(await peer.post(sharedInbox, again)).toBe(202);
    expect(await peer.post(inbox, again)).toBe(202);
    expect(await followersOf('alice')).toEqual([bob]);
    expect(await queued('alice')).toHaveLength(2);
  });

  it('must be of an actor of ours', async () => {
    expect(await peer.post(inbox, activity('Follow', `${home}/users/nobody`))).toBe(400);
    expect(await peer.post(inbox, activity('Follow', `${alice}/followers`))).toBe(400);
    expect(await peer.post(inbox, activity('Follow', bob))).toBe(400);
  });

  it('is ended by an Undo that names any of its activities', async () => {
    const requests = [activity('Follow', alice), activity('Follow', alice)];
    const [first, second] = requests;
    for (const named of [first?.id, second?.id, { ...first, id: second?.id }]) {
      for (const request of requests) expect(await peer.post(inbox, request)).toBe(202);
      expect(await followersOf('alice')).toEqual([bob]);
      clock.advance(1_000);
      expect(await peer.post(inbox, activity('Undo', named))).toBe(202);
      expect(await followersOf('alice')).toEqual([]);
      clock.advance(1_000);
    }
  });

  it('is ended by an Undo that only tells its two ends', async () => {
    await peer.post(inbox, activity('Follow', alice));
    const embedded = { id: `${bob}/follows/unheard-of`, type: 'Follow', actor: bob, object: alice };
    expect(await peer.post(inbox, activity('Undo', embedded))).toBe(202);
    expect(await followersOf('alice')).toEqual([]);
  });

  it('is ended by an Undo that embeds it without an id', async () => {
    const embedded = { type: 'Follow', actor: bob, object: alice };
    const undo = () => activity('Undo', embedded);
    expect(await peer.post(inbox, undo())).toBe(202);
    const request = activity('Follow', alice);
    await peer.post(inbox, request);
    expect(await peer.post(inbox, activity('Undo', { ...embedded, object: carol }))).toBe(202);
    expect(await peer.post(inbox, activity('Undo', { ...embedded, object: undefined }))).toBe(400);
    expect(await peer.post(inbox, activity('Undo', { ...embedded, id: 'its name' }))).toBe(400);
    expect(await peer.post(inbox, activity('Undo', { ...embedded, type: 'Create' }))).toBe(400);
    const eve = peer.actor('eve');
    const byEve = { actor: eve, id: `${eve}/undo/${++count}` };
    expect(await peer.post(inbox, activity('Undo', embedded, byEve))).toBe(403);
    expect(await followersOf('alice')).toEqual([bob]);
    const last = undo();
    expect(await peer.post(inbox, last)).toBe(202);
    expect(await followersOf('alice')).toEqual([]);
    const stored = await server.social.database.read((reader) => reader.activity(uri(last.id)));
    expect(stored?.object).toBe(request.id);
  });

  it('is not ended by another actor', async () => {
    const request = activity('Follow', alice);
    await peer.post(inbox, request);
    const eve = peer.actor('eve');
    const mallory = evil.actor('mallory');
    const undo = (actor: string, object: unknown) =>
      activity('Undo', object, { actor, id: `${actor}/undo/${++count}` });
    expect(await peer.post(inbox, undo(eve, request))).toBe(403);
    expect(await evil.post(inbox, undo(mallory, request.id))).toBe(403);
    expect(await peer.post(inbox, undo(eve, request.id))).toBe(403);
    expect(await followersOf('alice')).toEqual([bob]);
  });

  it('does not come back when it is replayed, and does when it is sent anew under the same id', async () => {
    const request = activity('Follow', alice);
    const signedAt = clock.now();
    await peer.post(inbox, request);
    clock.advance(60_000);
    await peer.post(inbox, activity('Undo', request));
    clock.advance(60_000);
    expect(await peer.post(inbox, request, { date: signedAt })).toBe(202);
    expect(await followersOf('alice')).toEqual([]);
    expect(await peer.post(inbox, request)).toBe(202);
    expect(await followersOf('alice')).toEqual([bob]);
  });

  it('outlives a late Undo of an earlier one', async () => {
    const former = activity('Follow', alice);
    await peer.post(inbox, former);
    await peer.post(inbox, activity('Undo', former));
    await peer.post(inbox, activity('Follow', alice));
    expect(await peer.post(inbox, activity('Undo', former))).toBe(202);
    expect(await followersOf('alice')).toEqual([bob]);
  });
});

describe('Create', () => {
  it('goes to those who follow the author, once, by whichever inbox it comes', async () => {
    await aliceFollowsBob();
    const sent = create(note({ content: '<p>Hi<script>alert(1)</script></p>' }));
    expect(await peer.post(sharedInbox, sent)).toBe(202);
    expect(await peer.post(inbox, sent)).toBe(202);
    const { items } = await listInbox(server.social, 'alice', { limit: 10 });
    expect(items).toEqual([
      {
        note: (sent.object as { id: string }).id,
        author: bob,
        html: '<p>Hi</p>',
        text: 'Hi',
        publishedAt: Date.parse('2027-01-01T00:00:00Z'),
      },
    ]);
    expect(await notesOf('carol')).toEqual([]);
  });

  it('is refused from those whom nobody follows', async () => {
    expect(await peer.post(sharedInbox, create(note()))).toBe(403);
    expect(await peer.post(inbox, create(note({ to: [`${bob}/followers`], cc: [] })))).toBe(403);
  });

  it('goes to those whom it names', async () => {
    const mention = note({ to: [carol], cc: [] });
    expect(await peer.post(sharedInbox, create(mention))).toBe(202);
    expect(await notesOf('carol')).toEqual([mention.id]);
    expect(await notesOf('alice')).toEqual([]);
  });

  it('reaches only the followers of the author, whatever collection it names', async () => {
    await aliceFollowsBob();
    const eve = peer.actor('eve');
    const foreign = note({ to: [`${eve}/followers`], cc: [] });
    expect(await peer.post(sharedInbox, create(foreign))).toBe(403);
    const own = note({ to: [`${bob}/followers`], cc: [] });
    expect(await peer.post(sharedInbox, create(own))).toBe(202);
    expect(await notesOf('alice')).toEqual([own.id]);
  });

  it('must be by its actor, on its actor’s origin, and embedded', async () => {
    await aliceFollowsBob();
    const mallory = evil.actor('mallory');
    expect(await peer.post(inbox, create(note({ attributedTo: mallory })))).toBe(403);
    expect(await peer.post(inbox, create(note({ id: `${mallory}/notes/1` })))).toBe(403);
    expect(await peer.post(inbox, create(note({ attributedTo: [bob, mallory] })))).toBe(400);
    expect(await peer.post(inbox, activity('Create', `${bob}/notes/99`))).toBe(400);
    const eve = peer.actor('eve');
    expect(await peer.post(inbox, create(note({ attributedTo: eve })))).toBe(403);
    expect(await notesOf('alice')).toEqual([]);
  });

  it('cannot take the place of another note', async () => {
    await aliceFollowsBob();
    const first = note();
    await peer.post(inbox, create(first));
    const eve = peer.actor('eve');
    const usurper = { ...note(), id: first.id, attributedTo: eve, to: [alice] };
    expect(await peer.post(inbox, create(usurper, { actor: eve, id: `${eve}/creates/1` }))).toBe(403);
    await peer.post(inbox, create({ ...first, content: 'changed' }));
    const { items } = await listInbox(server.social, 'alice', { limit: 10 });
    expect(items.map(({ author, text }) => [author, text])).toEqual([[bob, 'Hello']]);
  });
});

describe('Update', () => {
  it('replaces a note by a newer state of it', async () => {
    await aliceFollowsBob();
    const first = note();
    await peer.post(inbox, create(first));
    const update = (content: string, updated: string) =>
      activity('Update', { ...first, content, updated }, { to: first.to });
    expect(await peer.post(inbox, update('second', '2027-01-02T00:00:00Z'))).toBe(202);
    expect(await peer.post(inbox, update('late', '2027-01-01T12:00:00Z'))).toBe(202);
    const { items } = await listInbox(server.social, 'alice', { limit: 10 });
    expect(items.map(({ text }) => text)).toEqual(['second']);
  });

  it('is not for others to make', async () => {
    await aliceFollowsBob();
    const first = note();
    await peer.post(inbox, create(first));
    const eve = peer.actor('eve');
    const stolen = { ...first, content: 'stolen' };
    const by = (actor: string, object: object) =>
      activity('Update', object, { actor, id: `${actor}/updates/${++count}` });
    expect(await peer.post(inbox, by(eve, stolen))).toBe(403);
    expect(await peer.post(inbox, by(eve, { ...stolen, attributedTo: eve }))).toBe(403);
  });

  it('of an actor brings its new inbox', async () => {
    await aliceFollowsBob();
    const changed = { ...(peer.documents.get(bob)?.json as object), inbox: `${peer.origin}/new-inbox` };
    expect(await peer.post(inbox, activity('Update', changed))).toBe(202);
    const known = await server.social.database.read((reader) => reader.remoteActor(uri(bob)));
    expect(known?.inbox).toBe(`${peer.origin}/new-inbox`);
  });

  it('of an actor counts from then on, even where the outcome of its commit was lost', async () => {
    await aliceFollowsBob();
    const changed = { ...(peer.documents.get(bob)?.json as object), inbox: `${peer.origin}/new-inbox` };
    engine.failNext('unknownApplied');
    expect(await peer.post(inbox, activity('Update', changed))).toBe(202);
    expect(engine.struck.unknownApplied).toBe(1);
    expect(await peer.post(inbox, activity('Follow', alice))).toBe(202);
    const deliveries = await server.social.database.read((reader) =>
      reader.deliveries.ofAccount('alice', { limit: 1 }),
    );
    expect(deliveries.items[0]?.inbox).toBe(`${peer.origin}/new-inbox`);
  });
});

describe('Delete', () => {
  it('takes a note away for good', async () => {
    await aliceFollowsBob();
    const first = note();
    await peer.post(inbox, create(first));
    expect(await peer.post(inbox, activity('Delete', { id: first.id, type: 'Tombstone' }))).toBe(202);
    expect(await notesOf('alice')).toEqual([]);
    expect(await peer.post(inbox, create(first))).toBe(403);
    expect(await notesOf('alice')).toEqual([]);
  });

  it('is remembered when it comes before the note', async () => {
    await aliceFollowsBob();
    const first = note();
    expect(await peer.post(inbox, activity('Delete', first.id))).toBe(202);
    expect(await peer.post(inbox, create(first))).toBe(403);
    expect(await notesOf('alice')).toEqual([]);
  });

  it('that another sends before the note comes takes nothing from its author', async () => {
    await aliceFollowsBob();
    const eve = peer.actor('eve');
    await peer.post(inbox, activity('Follow', alice, { actor: eve, id: `${eve}/follows/1` }));
    const byEve = (object: unknown) =>
      activity('Delete', object, { actor: eve, id: `${eve}/deletes/${++count}` });
    const first = note();
    expect(await peer.post(inbox, byEve(first.id))).toBe(202);
    expect(await peer.post(inbox, create(first))).toBe(202);
    expect(await notesOf('alice')).toEqual([first.id]);
    expect(await peer.post(inbox, byEve(first.id))).toBe(403);
    expect(await notesOf('alice')).toEqual([first.id]);
    const second = note();
    expect(await peer.post(inbox, byEve(second.id))).toBe(202);
    expect(await peer.post(inbox, activity('Delete', second.id))).toBe(202);
    expect(await peer.post(inbox, create(second))).toBe(403);
    expect(await notesOf('alice')).toEqual([first.id]);
  });

  it('is only the author’s', async () => {
    await aliceFollowsBob();
    const first = note();
    await peer.post(inbox, create(first));
    const eve = peer.actor('eve');
    const mallory = evil.actor('mallory');
    const by = (actor: string) => activity('Delete', first.id, { actor, id: `${actor}/deletes/1` });
    expect(await peer.post(inbox, by(eve))).toBe(403);
    expect(await evil.post(inbox, by(mallory))).toBe(403);
    expect(await notesOf('alice')).toEqual([first.id]);
  });

  it('of an actor is only its own', async () => {
    await aliceFollowsBob();
    const eve = peer.actor('eve');
    for (const object of [bob, { id: bob, type: 'Person' }, { id: bob, type: 'Tombstone' }]) {
      const byEve = activity('Delete', object, { actor: eve, id: `${eve}/deletes/${++count}` });
      expect(await peer.post(inbox, byEve)).toBe(403);
    }
  });

  it('of an actor that nobody knows is taken without asking its server', async () => {
    const ghost = `${peer.origin}/users/ghost`;
    const farewell = activity('Delete', ghost, { actor: ghost, id: `${ghost}#delete`, to: [everyone] });
    for (let round = 0; round < 20; round++) expect(await peer.post(sharedInbox, farewell)).toBe(202);
    expect(peer.asked).toEqual([]);
  });

  it('of an actor ends its relations', async () => {
    await aliceFollowsBob();
    await peer.post(inbox, activity('Follow', alice));
    await peer.post(inbox, create(note()));
    peer.documents.set(bob, { status: 410 });
    expect(await peer.post(sharedInbox, activity('Delete', bob))).toBe(202);
    expect(await followersOf('alice')).toEqual([]);
    expect(await stateOfFollowing('alice', bob)).toBeUndefined();
    expect(await notesOf('alice')).toEqual([]);
  });
});

describe('Accept and Reject', () => {
  it('answer a Follow that we sent, by its two ends as well', async () => {
    await follow(server.social, 'alice', bob);
    const embedded = { id: `${bob}/their-own-name-for-it`, type: 'Follow', actor: alice, object: bob };
    expect(await peer.post(inbox, activity('Accept', embedded))).toBe(202);
    expect(await stateOfFollowing('alice', bob)).toBe('accepted');
    expect(await peer.post(inbox, activity('Reject', embedded))).toBe(202);
    expect(await stateOfFollowing('alice', bob)).toBe('rejected');
  });

  it('answer a Follow that they embed without an id', async () => {
    await follow(server.social, 'alice', bob);
    const embedded = { type: 'Follow', actor: alice, object: bob };
    const eve = peer.actor('eve');
    const byEve = (object: unknown) =>
      activity('Accept', object, { actor: eve, id: `${eve}/accepts/${++count}` });
    expect(await peer.post(inbox, byEve(embedded))).toBe(403);
    expect(await peer.post(inbox, byEve({ ...embedded, object: eve }))).toBe(403);
    expect(await peer.post(inbox, activity('Accept', { ...embedded, actor: carol }))).toBe(403);
    expect(await peer.post(inbox, activity('Accept', { ...embedded, actor: eve }))).toBe(403);
    expect(await peer.post(inbox, activity('Accept', { ...embedded, actor: undefined }))).toBe(400);
    expect(await stateOfFollowing('alice', bob)).toBe('pending');
    expect(await peer.post(inbox, activity('Accept', embedded))).toBe(202);
    expect(await stateOfFollowing('alice', bob)).toBe('accepted');
    expect(await peer.post(inbox, activity('Reject', { ...embedded, id: null }))).toBe(202);
    expect(await stateOfFollowing('alice', bob)).toBe('rejected');
  });

  it('are refused from anybody else, and for what was never sent', async () => {
    await follow(server.social, 'alice', bob);
    const [sent] = await queued('alice');
    const eve = peer.actor('eve');
    const byEve = { actor: eve, id: `${eve}/accepts/1` };
    expect(await peer.post(inbox, activity('Accept', sent?.activity.id, byEve))).toBe(403);
    expect(await peer.post(inbox, activity('Accept', sent?.activity, byEve))).toBe(403);
    expect(await peer.post(inbox, activity('Accept', `${alice}/activities/unknown`))).toBe(403);
    const unasked = { id: `${carol}/activities/1`, type: 'Follow', actor: carol, object: bob };
    expect(await peer.post(inbox, activity('Accept', unasked))).toBe(403);
    expect(await stateOfFollowing('alice', bob)).toBe('pending');
  });
});

it('leaves a database that agrees with itself', async () => {
  await aliceFollowsBob();
  await peer.post(inbox, activity('Follow', alice));
  await peer.post(inbox, create(note()));
  const differences: unknown[] = [];
  for await (const difference of server.social.database.check()) differences.push(difference);
  expect(differences).toEqual([]);
});
