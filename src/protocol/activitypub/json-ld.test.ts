import { describe, expect, it } from 'vitest';
import { asArray, checkContexts, idOf, typesOf } from '#protocol/activitypub/json-ld';

const as = 'https://www.w3.org/ns/activitystreams';

describe('checkContexts', () => {
  it('takes the contexts that servers really send', () => {
    const mastodon = {
      ostatus: 'http://ostatus.org#',
      atomUri: 'ostatus:atomUri',
      sensitive: 'as:sensitive',
      manuallyApprovesFollowers: 'as:manuallyApprovesFollowers',
      alsoKnownAs: { '@id': 'as:alsoKnownAs', '@type': '@id' },
      movedTo: { '@id': 'as:movedTo', '@type': '@id' },
      Hashtag: 'as:Hashtag',
      EmojiReact: 'litepub:EmojiReact',
      focalPoint: { '@container': '@list', '@id': 'toot:focalPoint' },
      '@language': 'en',
    };
    expect(() => checkContexts({ '@context': [as, 'https://w3id.org/security/v1', mastodon] })).not.toThrow();
    expect(() =>
      checkContexts({ '@context': [as, 'https://other.example/schemas/litepub-0.1.jsonld'] }),
    ).not.toThrow();
    const same = { id: '@id', type: '@type', as: `${as}#`, actor: { '@id': `${as}#actor`, '@type': '@id' } };
    expect(() => checkContexts({ '@context': [as, same] })).not.toThrow();
    expect(() => checkContexts({})).not.toThrow();
  });

  it.each([
    ['actor', { actor: 'https://evil.example/ns#actor' }],
    ['actor', { actor: null }],
    ['object', { object: 'as:actor' }],
    ['id', { id: 'as:url' }],
    ['type', { type: 'ex:type' }],
    ['to', { to: { '@id': 'as:bto', '@type': '@id' } }],
    ['attributedTo', { attributedTo: { '@reverse': 'as:attributedTo' } }],
    ['Create', { Create: 'as:Delete' }],
    ['EmojiReact', { EmojiReact: 'as:Delete' }],
    ['publicKey', { publicKey: 'ex:k' }],
    ['as', { as: 'https://evil.example/ns#' }],
    ['object', { Note: { '@id': 'as:Note', '@context': { object: 'ex:o' } } }],
  ])('refuses to redefine %s', (term, context) => {
    for (const document of [
      { '@context': context },
      { '@context': [as, context] },
      { object: [{ '@context': context }] },
    ]) {
      expect(() => checkContexts(document)).toThrow(`must not redefine ${term}`);
    }
  });

  it('refuses core terms under another name', () => {
    expect(() => checkContexts({ 'as:actor': 'x' })).toThrow(/short name/);
    expect(() => checkContexts({ object: { [`${as}#to`]: 'x' } })).toThrow(/short name/);
  });

  it('takes extensions written with the prefix, as JSON-LD processors do without their context', () => {
    expect(() => checkContexts({ '@context': as, 'as:manuallyApprovesFollowers': false })).not.toThrow();
  });
});

it('reads one, several or none as an array without nulls', () => {
  expect(asArray(undefined)).toEqual([]);
  expect(asArray(null)).toEqual([]);
  expect(asArray('x')).toEqual(['x']);
  expect(asArray({})).toEqual([{}]);
  expect(asArray([null, 'x', null, [null]])).toEqual(['x', [null]]);
});

it('reads aliases of id and type', () => {
  expect(idOf({ '@id': 'x' })).toBe('x');
  expect(idOf({ id: 'x' })).toBe('x');
  expect(() => idOf({ id: 'x', '@id': 'y' })).toThrow(/both id and @id/);
  expect(typesOf({ '@type': [`${as}#Create`, 'ex:Thing', 7] })).toEqual(['Create', 'ex:Thing']);
  expect(typesOf({ type: 'as:Note' })).toEqual(['Note']);
  expect(typesOf({})).toEqual([]);
});
