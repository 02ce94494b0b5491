import { describe, expect, it } from 'vitest';
import { checkAuthority } from '#protocol/activitypub/activity-authority';
import { actorUri, postUri, tagUri } from '#protocol/activitypub/actor-uris';
import type { JsonObject } from '#protocol/activitypub/json-document';
import {
  asDocument,
  buildCreate,
  buildDelete,
  buildNote,
  buildTombstone,
  buildUpdate,
} from '#protocol/activitypub/note';
import { publicCollection } from '#protocol/activitypub/public-collection';
import { readActivity } from '#protocol/activitypub/read-activity';
import { readNote } from '#protocol/activitypub/read-note';
import { parseOrigin, requireUri } from '#protocol/activitypub/uris';
import { noteHashtagsMax, noteMentionsMax } from '#support/limits';

const alice = actorUri(parseOrigin('https://home.example'), 'alice');
const bob = requireUri('https://remote.example/users/bob', 'bob');
const own = {
  id: postUri(alice, '1'),
  actor: alice,
  contentHtml: '<p>Hello</p>',
  published: Date.UTC(2026, 10, 21, 12),
  visibility: 'public',
  language: 'en',
  mentions: [{ actor: bob, name: '@bob@remote.example' }],
} as const;
const asSent = (value: unknown) => JSON.parse(JSON.stringify(value)) as JsonObject;
const activityId = requireUri('https://home.example/users/alice/activities/1', 'id');

describe('our note', () => {
  const note = buildNote(own);

  it('has the properties that others rely on', () => {
    expect(note).toStrictEqual({
      id: own.id,
      type: 'Note',
      attributedTo: alice,
      content: '<p>Hello</p>',
      contentMap: { en: '<p>Hello</p>' },
      published: '2026-11-21T12:00:00.000Z',
      url: own.id,
      sensitive: false,
      to: [publicCollection],
      cc: [`${alice}/followers`, bob],
      tag: [{ type: 'Mention', href: bob, name: '@bob@remote.example' }],
    });
    expect(asDocument(note)['@context']).toBeDefined();
    const { language: _language, mentions: _mentions, ...least } = own;
    expect(buildNote(least)).toStrictEqual({
      id: own.id,
      type: 'Note',
      attributedTo: alice,
      content: '<p>Hello</p>',
      published: '2026-11-21T12:00:00.000Z',
      url: own.id,
      sensitive: false,
      to: [publicCollection],
      cc: [`${alice}/followers`],
      tag: [],
    });
  });

  it('travels in a Create and comes back as it was', () => {
    const activity = readActivity(asSent(buildCreate(activityId, note)));
    expect(activity).toMatchObject({ id: activityId, type: 'Create', actor: alice, to: [publicCollection] });
    const read = readNote(activity.object.embedded!);
    expect(read).toMatchObject({
      id: own.id,
      attributedTo: alice,
      content: '<p>Hello</p>',
      published: own.published,
      language: 'en',
      mentions: [{ actor: bob, name: '@bob@remote.example' }],
      to: [publicCollection],
      cc: [`${alice}/followers`, bob],
    });
  });

  it('has all that a person may put on it', () => {
    const png = requireUri('https://home.example/media/1', 'url');
    const film = requireUri('https://home.example/media/2', 'url');
    const paper = requireUri('https://home.example/media/3', 'url');
    const full = buildNote({
      ...own,
      summary: 'Cats',
      inReplyTo: requireUri('https://remote.example/n/1', 'id'),
      hashtags: [{ href: tagUri(parseOrigin('https://home.example'), 'Cats'), name: 'Cats' }],
      attachments: [
        {
          url: png,
          mediaType: 'image/png',
          name: 'A <cat>',
          width: 640,
          height: 480,
          blurhash: 'UBL_:rOpGG-oBUNG,qRj2so|=eE1w^n4S5NH',
        },
        { url: film, mediaType: 'video/mp4' },
        { url: paper, mediaType: 'application/pdf' },
      ],
    });
    expect(full).toMatchObject({
      summary: 'Cats',
      sensitive: true,
      inReplyTo: 'https://remote.example/n/1',
      tag: [{ type: 'Mention' }, { type: 'Hashtag', href: 'https://home.example/tags/cats', name: '#Cats' }],
      attachment: [
        {
          type: 'Image',
          url: png,
          mediaType: 'image/png',
          name: 'A <cat>',
          width: 640,
          height: 480,
          blurhash: 'UBL_:rOpGG-oBUNG,qRj2so|=eE1w^n4S5NH',
        },
        { type: 'Video', url: film, mediaType: 'video/mp4' },
        { type: 'Document', url: paper, mediaType: 'application/pdf' },
      ],
    });
    expect(buildNote({ ...own, sensitive: true }).sensitive).toBe(true);
    expect(buildNote({ ...own, summary: 'Tea', sensitive: false }).sensitive).toBe(false);
  });

  it('is changed by an Update of its own id, addressed as it is', () => {
    const changed = buildNote({ ...own, contentHtml: '<p>Bye</p>', updated: own.published + 60_000 });
    const update = buildUpdate(activityId, changed);
    expect(update).toMatchObject({
      id: activityId,
      type: 'Update',
      actor: alice,
      published: '2026-11-21T12:01:00.000Z',
      to: note.to,
      cc: note.cc,
    });
    const activity = readActivity(asSent(update));
    expect(() => checkAuthority(activity)).not.toThrow();
    expect(readNote(activity.object.embedded!)).toMatchObject({
      id: own.id,
      content: '<p>Bye</p>',
      published: own.published,
      updated: own.published + 60_000,
    });
  });

  it('is deleted for everybody whom it reached', () => {
    const gone = buildDelete(activityId, note);
    expect(gone).toMatchObject({ type: 'Delete', to: note.to, cc: note.cc, object: { type: 'Tombstone' } });
    expect(readActivity(asSent(gone)).object.id).toBe(own.id);
    expect(buildTombstone(own.id, own.published)).toMatchObject({
      type: 'Tombstone',
      formerType: 'Note',
      deleted: '2026-11-21T12:00:00.000Z',
    });
  });
});

describe('a foreign note', () => {
  const base = { id: 'https://remote.example/n/1', type: 'Note', attributedTo: bob, content: 'x' };
  const read = (changes: Record<string, unknown>) => readNote(asSent({ ...base, ...changes }));

  it('is read in the ways it may be written', () => {
    expect(read({ content: undefined, contentMap: { de: 'Hallo' } }).content).toBe('Hallo');
    expect(read({ content: undefined }).content).toBe('');
    expect(read({ url: [{ type: 'Link', href: 'https://remote.example/@bob/1' }] }).url).toBe(
      'https://remote.example/@bob/1',
    );
    expect(read({ url: 'https://evil.example/' }).url).toBe(base.id);
    expect(read({ inReplyTo: { id: own.id } }).inReplyTo).toBe(own.id);
    expect(read({ published: 'yesterday' }).published).toBeUndefined();
    expect(read({ type: ['Question', 'ext:Poll'], name: 'Title' })).toMatchObject({
      type: 'Question',
      name: 'Title',
    });
  });

  it('is read into no more than there is', () => {
    expect(read({ type: 'Article' })).toStrictEqual({
      id: base.id,
      type: 'Article',
      attributedTo: bob,
      content: 'x',
      url: base.id,
      mentions: [],
      hashtags: [],
      attachments: [],
      sensitive: false,
      to: [],
      cc: [],
      bto: [],
      bcc: [],
      audience: [],
    });
    expect(read({ sensitive: true }).sensitive).toBe(true);
    expect(read({ sensitive: 'true' }).sensitive).toBe(false);
  });

  it('mentions by its tags, not by its text', () => {
    const tag = [
      { type: 'Mention', href: alice, name: '@alice@home.example' },
      { type: 'Mention', href: alice, name: '@eve' },
      { type: 'Mention', href: bob, name: 7 },
      { type: 'Mention', href: 'not a uri' },
      { type: 'Hashtag', name: '#Cats' },
      { type: ['Hashtag'], name: 'cats' },
      { type: 'Hashtag', name: '＃猫' },
      { type: 'Hashtag' },
      { type: 'Hashtag', name: '#<b>' },
      { type: 'Hashtag', name: 'a#b' },
      { type: 'Emoji', name: 'cat', href: `${bob}/cat` },
      null,
      7,
      'noise',
    ];
    expect(read({ tag, content: '@eve@evil.example #dogs' })).toMatchObject({
      mentions: [{ actor: alice, name: '@alice@home.example' }, { actor: bob }],
      hashtags: ['Cats', '猫'],
    });
    const many = (type: string) =>
      Array.from({ length: 1_500 }, (_, i) => ({ type, href: `${bob}/${i}`, name: `#t${i}` }));
    expect(read({ tag: many('Mention') }).mentions).toHaveLength(noteMentionsMax);
    expect(read({ tag: many('Hashtag') }).hashtags).toHaveLength(noteHashtagsMax);
  });

  it.each<[string, Record<string, unknown>, string | undefined]>([
    ['the one of its map', { contentMap: { de: 'x' } }, 'de'],
    ['the one under which the map has the content', { contentMap: { de: 'y', 'pt-BR': 'x' } }, 'pt-BR'],
    ['the one of a map without a content', { content: undefined, contentMap: { en: 'y', de: 'x' } }, 'en'],
    ['none where two have the same', { contentMap: { de: 'x', en: 'x' } }, undefined],
    ['none where two have others', { contentMap: { de: 'y', en: 'z' } }, undefined],
    ['none where that is not known', { contentMap: { und: 'x' } }, undefined],
    ['none of no shape', { contentMap: { '<b>de': 'x', de: 7 } }, undefined],
    ['none of no shape at its end', { contentMap: { 'de<b>': 'x' } }, undefined],
    ['none without end', { contentMap: { [`de${'-abcdefgh'.repeat(4)}`]: 'x' } }, undefined],
    ['a long one', { contentMap: { [`de${'-abcdefg'.repeat(4)}`]: 'x' } }, `de${'-abcdefg'.repeat(4)}`],
    ['the one of a map with another text', { contentMap: { de: 'y' } }, 'de'],
    ['the one beside which there is no text', { contentMap: { de: 'x', en: 7 } }, 'de'],
    ['none', { contentMap: ['x'] }, undefined],
  ])('has as its language %s', (_name, changes, language) => {
    const note = read(changes);
    expect(note.language).toBe(language);
    expect(note.content).toBe(changes.content === undefined && 'content' in changes ? 'y' : 'x');
  });

  it('has attachments', () => {
    const attachment = [
      { type: 'Document', mediaType: 'image/png', url: 'https://cdn.example/1.png', name: 'Alt' },
      null,
    ];
    expect(read({ attachment }).attachments).toEqual([
      { url: 'https://cdn.example/1.png', mediaType: 'image/png', name: 'Alt' },
    ]);
    expect(read({}).attachments).toEqual([]);
  });

  it.each<[string, Record<string, unknown>, RegExp]>([
    ['of nobody', { attributedTo: undefined }, /attributedTo must name exactly one/],
    ['of two', { attributedTo: [bob, alice] }, /attributedTo must name exactly one/],
    ['of a bare number', { attributedTo: 1 }, /attributedTo must be an absolute/],
    ['of somebody elsewhere', { attributedTo: alice }, /on the origin of the id/],
    ['of another type', { type: 'Person' }, /type must be one of/],
    ['without id', { id: undefined }, /id must be/],
  ])('%s is refused', (_name, changes, reason) => {
    expect(() => read(changes)).toThrow(reason);
    expect(() => read(changes)).toThrow(expect.objectContaining({ kind: 'badJson' }));
  });
});
