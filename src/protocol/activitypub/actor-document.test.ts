import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { checkAuthority } from '#protocol/activitypub/activity-authority';
import { buildActorDelete, buildActorDocument, buildActorUpdate } from '#protocol/activitypub/actor-document';
import { isObject, type JsonObject } from '#protocol/activitypub/json-document';
import { readActivity } from '#protocol/activitypub/read-activity';
import { readActor } from '#protocol/activitypub/read-actor';
import { parseOrigin, requireUri } from '#protocol/activitypub/uris';
import { actorAliasesMax } from '#support/limits';

const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey;
const ed25519 = generateKeyPairSync('ed25519').publicKey;
const own = {
  origin: parseOrigin('https://home.example'),
  name: 'alice',
  displayName: 'Alice <3',
  rsaPublicKey: rsa,
  ed25519PublicKey: ed25519,
  manuallyApprovesFollowers: false,
  discoverable: true,
  published: Date.UTC(2026, 10, 21),
  fields: [{ name: 'Site & more', value: '<script>' }],
};
const id = 'https://home.example/users/alice';
const document = JSON.parse(JSON.stringify(buildActorDocument(own))) as JsonObject;

describe('our actor document', () => {
  it('has what others need', () => {
    expect(document).toMatchObject({
      id,
      type: 'Person',
      preferredUsername: 'alice',
      webfinger: 'alice@home.example',
      inbox: `${id}/inbox`,
      outbox: `${id}/outbox`,
      followers: `${id}/followers`,
      following: `${id}/following`,
      url: 'https://home.example/@alice',
      endpoints: { sharedInbox: 'https://home.example/inbox' },
      published: '2026-11-21T00:00:00.000Z',
      manuallyApprovesFollowers: false,
      publicKey: { id: `${id}#main-key`, owner: id },
      assertionMethod: [{ id: `${id}#ed25519-key`, type: 'Multikey', controller: id }],
      attachment: [{ type: 'PropertyValue', name: 'Site & more', value: '&lt;script&gt;' }],
    });
  });

  it('links to what its fields name, and shows a bot and its picture as such', () => {
    const fields = [
      { name: 'Web', value: ' https://alice.example/?a=1&b=2\n(mine) ' },
      { name: 'Trap', value: 'javascript:alert(1) @bob@remote.example #cats' },
    ];
    const icon = { url: 'https://home.example/users/alice/icon', mediaType: 'image/png' };
    expect(buildActorDocument({ ...own, type: 'Service', icon, fields })).toMatchObject({
      type: 'Service',
      icon: { type: 'Image', ...icon },
      attachment: [
        {
          value:
            '<a href="https://alice.example/?a=1&amp;b=2" rel="me nofollow noopener noreferrer" target="_blank">' +
            'https://alice.example/?a=1&amp;b=2</a> (mine)',
        },
        { value: 'javascript:alert(1) @bob@remote.example #cats' },
      ],
    });
  });

  it('is told to others when it changes and when it goes', () => {
    const activityId = requireUri(`${id}/activities/1`, 'id');
    const update = JSON.parse(JSON.stringify(buildActorUpdate(activityId, document))) as JsonObject;
    expect(update['@context']).toEqual(document['@context']);
    expect(update.object).not.toHaveProperty('@context');
    const read = readActivity(update);
    expect(read).toMatchObject({ id: activityId, type: 'Update', actor: id, object: { id, type: 'Person' } });
    expect(() => checkAuthority(read)).not.toThrow();
    expect(readActor(read.object.embedded!).keys).toHaveLength(2);
    const gone = readActivity(buildActorDelete(activityId, requireUri(id, 'id')));
    expect(gone).toMatchObject({ type: 'Delete', actor: id, object: { id } });
    expect(() => checkAuthority(gone)).not.toThrow();
  });

  it('can be read by us', () => {
    const actor = readActor(document);
    expect(actor).toMatchObject({
      id,
      type: 'Person',
      inbox: `${id}/inbox`,
      sharedInbox: 'https://home.example/inbox',
    });
    expect(actor.keys.map((key) => key.id)).toEqual([`${id}#main-key`, `${id}#ed25519-key`]);
    expect(actor.keys[0]!.key.equals(rsa)).toBe(true);
    expect(actor.keys[1]!.key.equals(ed25519)).toBe(true);
  });
});

describe('a foreign actor', () => {
  const changed = (changes: Record<string, unknown>) =>
    JSON.parse(JSON.stringify({ ...document, ...changes })) as JsonObject;
  const publicKey = isObject(document.publicKey) ? document.publicKey : {};

  it.each<[string, Record<string, unknown>, RegExp]>([
    ['no id', { id: undefined }, /id must be/],
    ['no actor type', { type: 'Note' }, /type of actor/],
    ['no name', { preferredUsername: undefined }, /preferredUsername/],
    ['a name with a host', { preferredUsername: 'alice@good.example' }, /preferredUsername/],
    ['no inbox', { inbox: undefined }, /inbox must be/],
    ['an inbox elsewhere', { inbox: 'https://other.example/inbox' }, /inbox must be a URI on the origin/],
    [
      'an inbox on another port',
      { inbox: 'https://home.example:22/inbox' },
      /inbox must be a URI on the origin/,
    ],
    ['an inbox by http', { inbox: 'http://home.example/inbox' }, /inbox must be a URI on the origin/],
    [
      'a shared inbox elsewhere',
      { endpoints: { sharedInbox: 'https://other.example/' } },
      /sharedInbox must be/,
    ],
    ['followers elsewhere', { followers: 'https://other.example/f' }, /followers must be/],
    [
      'a key of another',
      { publicKey: { ...publicKey, owner: 'https://good.example/users/bob' } },
      /as its owner/,
    ],
    ['a key without owner', { publicKey: { ...publicKey, owner: undefined } }, /as its owner/],
    [
      'a key named elsewhere',
      { publicKey: { ...publicKey, id: 'https://good.example/k' } },
      /The id of a key must/,
    ],
    [
      'a Multikey of another',
      { assertionMethod: [{ id: `${id}#k`, controller: 'https://x.example/' }] },
      /controller/,
    ],
    ['a redefined term', { '@context': [{ inbox: 'ex:inbox' }] }, /redefine inbox/],
  ])('with %s is refused', (_name, changes, reason) =>
    expect(() => readActor(changed(changes))).toThrow(reason),
  );

  it('may lack what is optional, and may have keys that we cannot use', () => {
    const actor = readActor(
      changed({
        outbox: undefined,
        followers: null,
        endpoints: undefined,
        name: undefined,
        url: [{ type: 'Link', href: 'https://elsewhere.example/' }],
        publicKey: [{ ...publicKey, publicKeyPem: 'noise' }, 'https://home.example/key'],
        assertionMethod: undefined,
      }),
    );
    expect(actor.keys).toEqual([]);
    expect(actor.name).toBe('alice');
    expect(actor.url).toBe(id);
    expect(actor.sharedInbox).toBeUndefined();
    expect(actor.followers).toBeUndefined();
  });

  it('says what it looks like, who else it is and where it went', () => {
    const others = Array.from({ length: 150 }, (_, i) => `https://other.example/users/${i}`);
    expect(
      readActor(
        changed({
          icon: [{ type: 'Image', url: [{ type: 'Link', href: 'https://cdn.example/a.png' }] }],
          alsoKnownAs: [id, 7, 'acct:alice@other.example', others[0]],
          movedTo: [{ id: 'https://new.example/users/alice' }],
        }),
      ),
    ).toMatchObject({
      icon: 'https://cdn.example/a.png',
      alsoKnownAs: [others[0]],
      movedTo: 'https://new.example/users/alice',
    });
    expect(readActor(changed({ icon: 'https://cdn.example/a.png' })).icon).toBe('https://cdn.example/a.png');
    expect(readActor(changed({ alsoKnownAs: others[1] })).alsoKnownAs).toEqual([others[1]]);
    expect(readActor(changed({ alsoKnownAs: others })).alsoKnownAs).toHaveLength(actorAliasesMax);
    const plain = readActor(
      changed({ icon: { type: 'Image', url: 'data:image/png;base64,AAAA' }, movedTo: id }),
    );
    expect([plain.icon, plain.movedTo, plain.alsoKnownAs]).toEqual([undefined, undefined, []]);
  });

  it('may keep its key beside the actor document', () => {
    const keyed = changed({ publicKey: { ...publicKey, id: `${id}/main-key` } });
    expect(readActor(keyed).keys[0]!.id).toBe(`${id}/main-key`);
  });
});
