// Relationships between events: what counts as one, edits and their validity, and what is bundled for whom. Client-Server
// API, "Forming relationships between events".
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  bundleRelations,
  type RelationsAudience,
  relationsContent,
} from '#protocol/matrix/bundled-relations';
import { applyReplacement, isValidReplacement, laterReplacement } from '#protocol/matrix/event-replacements';
import type { EventId, RoomId, UserId } from '#protocol/matrix/identifiers';
import { ExactNumber, type JsonObject } from '#protocol/matrix/json';
import { isSameAnnotation, mayBeThreadRoot, type RelatedEvent, relationOf } from '#protocol/matrix/relations';

const alice = '@alice:a.org' as UserId;
const bob = '@bob:b.org' as UserId;
const room = '!room:a.org' as RoomId;

interface Overrides extends Partial<Omit<RelatedEvent, 'pdu' | 'eventId'>> {
  readonly pdu?: Partial<RelatedEvent['pdu']>;
}

const event = (id: string, { pdu, ...more }: Overrides = {}): RelatedEvent => ({
  eventId: `$${id}` as EventId,
  room,
  ...more,
  pdu: { type: 'm.room.message', sender: alice, content: {}, origin_server_ts: 1, ...pdu },
});
const relates = (rel_type: string, to: string, more: JsonObject = {}): JsonObject => ({
  'm.relates_to': { rel_type, event_id: `$${to}`, ...more },
});

describe('a relation', () => {
  it('is a type and the id of an event, and perhaps a key', () => {
    expect(relationOf({ content: relates('m.thread', 'x') })).toStrictEqual({
      relType: 'm.thread',
      eventId: '$x',
    });
    expect(relationOf({ content: relates('m.annotation', 'x', { key: '👍' }) })).toEqual({
      relType: 'm.annotation',
      eventId: '$x',
      key: '👍',
    });
    expect(relationOf({ content: relates('a', 'x', { key: 7 }) })).toEqual({ relType: 'a', eventId: '$x' });
  });

  it.each<[JsonObject]>([
    [{}],
    [{ 'm.relates_to': null }],
    [{ 'm.relates_to': [{ rel_type: 'm.thread', event_id: '$x' }] }],
    [{ 'm.relates_to': { rel_type: 'm.thread' } }],
    [{ 'm.relates_to': { event_id: '$x' } }],
    [{ 'm.relates_to': { rel_type: 'm.thread', event_id: 'x' } }],
    [{ 'm.relates_to': { rel_type: 7, event_id: '$x' } }],
    [{ 'm.relates_to': { 'm.in_reply_to': { event_id: '$x' } } }],
  ])('is not %j', (content) => {
    expect(relationOf({ content })).toBeUndefined();
    expect(mayBeThreadRoot({ content })).toBe(true);
  });

  it('an event with one starts no thread', () => {
    expect(mayBeThreadRoot({ content: relates('org.example.any', 'x') })).toBe(false);
  });
});

describe('a replacement', () => {
  const content = { ...relates('m.replace', 'o'), 'm.new_content': { body: 'new' } };
  const original = event('o');

  it('is valid', () => {
    expect(isValidReplacement(original, event('r', { pdu: { content } }))).toBe(true);
  });

  it.each<[string, Overrides, Overrides]>([
    ['in another room', {}, { room: '!other:a.org' as RoomId, pdu: { content } }],
    ['by another sender', {}, { pdu: { content, sender: bob } }],
    ['of another type', {}, { pdu: { content, type: 'm.sticker' } }],
    ['of a state event', { pdu: { state_key: '' } }, { pdu: { content } }],
    ['by a state event', {}, { pdu: { content, state_key: '' } }],
    ['of a replacement', { pdu: { content: relates('m.replace', 'z') } }, { pdu: { content } }],
    ['without new content', {}, { pdu: { content: relates('m.replace', 'o') } }],
    ['with new content that is none', {}, { pdu: { content: { ...content, 'm.new_content': 'new' } } }],
    ['of another event', {}, { pdu: { content: { ...content, ...relates('m.replace', 'z') } } }],
    ['by another relation', {}, { pdu: { content: { ...content, ...relates('m.thread', 'o') } } }],
    ['that is redacted', {}, { redactedBy: '$x' as EventId, pdu: { content } }],
  ])('is not valid %s', (_, from, to) => {
    expect(isValidReplacement(event('o', from), event('r', to))).toBe(false);
  });

  it('of an encrypted event has its new content within', () => {
    const type = 'm.room.encrypted';
    const encrypted = event('r', { pdu: { type, content: relates('m.replace', 'o') } });
    expect(isValidReplacement(event('o', { pdu: { type } }), encrypted)).toBe(true);
    expect(isValidReplacement(original, encrypted)).toBe(false);
  });

  it('of a message in a thread is valid', () => {
    const inThread = event('o', { pdu: { content: relates('m.thread', 't') } });
    expect(isValidReplacement(inThread, event('r', { pdu: { content } }))).toBe(true);
  });

  it('that is later has the later time, then the greater id, in any order', () => {
    const at = (id: string, origin_server_ts: number | ExactNumber) =>
      event(id, { pdu: { origin_server_ts } });
    const ordered = [
      at('z', 1),
      at('a', 2),
      at('b', 2),
      at('y', 3),
      at('A', new ExactNumber('9007199254740992')),
    ];
    fc.assert(
      fc.property(fc.shuffledSubarray(ordered, { minLength: 1 }), (some) => {
        const last = Math.max(...some.map((each) => ordered.indexOf(each)));
        expect(some.reduce<RelatedEvent | undefined>(laterReplacement, undefined)).toBe(ordered[last]);
      }),
    );
  });

  it('overwrites all of the content but the relation', () => {
    const from = { content: { body: 'old', formatted_body: 'old', ...relates('m.thread', 't') } };
    const to = {
      content: { body: '* new', 'm.new_content': { body: 'new', extra: 1, ...relates('m.thread', 'z') } },
    };
    expect(applyReplacement(from, to)).toEqual({ body: 'new', extra: 1, ...relates('m.thread', 't') });
    expect(applyReplacement({ content: { body: 'old' } }, to)).toStrictEqual({ body: 'new', extra: 1 });
    expect(applyReplacement(from, { content: {} })).toBe(from.content);
  });
});

it('the same annotation is by the same user, of the same type, on the same event, with the same key', () => {
  const reaction = (over: Overrides = {}, to = 'o', key: unknown = '👍', relType = 'm.annotation') =>
    event('r', {
      ...over,
      pdu: { type: 'm.reaction', content: relates(relType, to, { key } as JsonObject), ...over.pdu },
    });
  expect(isSameAnnotation(reaction(), reaction())).toBe(true);
  expect(isSameAnnotation(reaction(), event('o'))).toBe(false);
  expect(isSameAnnotation(event('o'), reaction())).toBe(false);
  expect(isSameAnnotation(reaction({}, 'o', '👍', 'm.reference'), reaction())).toBe(false);
  expect(isSameAnnotation(reaction(), reaction({}, 'p'))).toBe(false);
  expect(isSameAnnotation(reaction(), reaction({}, 'o', '👎'))).toBe(false);
  expect(isSameAnnotation(reaction(), reaction({ pdu: { sender: bob } }))).toBe(false);
  expect(isSameAnnotation(reaction(), reaction({ pdu: { type: 'org.example.vote' } }))).toBe(false);
  expect(isSameAnnotation(reaction(), reaction({ room: '!other:a.org' as RoomId }))).toBe(false);
  expect(isSameAnnotation(reaction(), reaction({}, 'o', '👍', 'm.reference'))).toBe(false);
  expect(isSameAnnotation(reaction({}, 'o', null), reaction({}, 'o', null))).toBe(false);
});

describe('what is bundled', () => {
  const asker: RelationsAudience = { userId: bob, ignores: new Set(['@ignored:b.org']) };
  const child = (id: string, relType: string, over: Overrides = {}) =>
    event(id, { ...over, pdu: { content: relates(relType, 'o'), ...over.pdu } });
  const edit = (id: string, origin_server_ts: number, over: Overrides = {}) =>
    child(id, 'm.replace', {
      ...over,
      pdu: { origin_server_ts, content: { ...relates('m.replace', 'o'), 'm.new_content': {} }, ...over.pdu },
    });
  const ignored = { pdu: { sender: '@ignored:b.org' as UserId } };
  const redacted = { redactedBy: '$x' as EventId };
  const present = ({ eventId }: RelatedEvent) => ({ event_id: eventId });
  const told = (parent: RelatedEvent, ...children: RelatedEvent[]) => {
    const bundle = bundleRelations(parent, children, asker);
    return bundle && relationsContent(bundle, present);
  };

  it('is the most recent valid edit', () => {
    expect(told(event('o'), edit('b', 2), edit('a', 2), edit('c', 1))).toEqual({
      'm.replace': { event_id: '$b' },
    });
    expect(told(event('o'), edit('b', 2, redacted), edit('c', 1))).toEqual({
      'm.replace': { event_id: '$c' },
    });
    expect(told(event('o'), edit('b', 2, { pdu: { sender: bob } }))).toBeUndefined();
  });

  it('is a thread by its latest event and its size', () => {
    const thread = (id: string, over?: Overrides) => child(id, 'm.thread', over);
    expect(told(event('o'), thread('z'), thread('a'), thread('i', ignored), thread('r', redacted))).toEqual({
      'm.thread': { latest_event: { event_id: '$a' }, count: 2, current_user_participated: false },
    });
    const took = (parent: RelatedEvent, ...children: RelatedEvent[]) =>
      bundleRelations(parent, children, asker)?.thread?.participated;
    expect(took(event('o', { pdu: { sender: bob } }), thread('a'))).toBe(true);
    expect(took(event('o'), thread('a', { pdu: { sender: bob } }), thread('b'))).toBe(true);
    expect(took(event('o'), thread('a'))).toBe(false);
    expect(told(event('o'), thread('i', ignored))).toBeUndefined();
  });

  it('is no thread on an event that is itself related to another', () => {
    const edited = event('o', { pdu: { content: relates('m.replace', 'x') } });
    expect(told(edited, child('t', 'm.thread'))).toBeUndefined();
  });

  it('is every reference, by id', () => {
    const children = [
      child('b', 'm.reference'),
      child('a', 'm.reference'),
      child('i', 'm.reference', ignored),
    ];
    expect(told(event('o'), ...children)).toEqual({
      'm.reference': { chunk: [{ event_id: '$b' }, { event_id: '$a' }] },
    });
  });

  it('holds no annotations, and nothing of unknown types', () => {
    expect(told(event('o'), child('a', 'm.annotation'), child('b', 'org.example.vote'))).toBeUndefined();
  });

  it('holds no edits once the event is redacted, but the rest', () => {
    const children = [edit('e', 1), child('t', 'm.thread'), child('r', 'm.reference')];
    expect(Object.keys(told(event('o'), ...children) ?? {})).toEqual([
      'm.replace',
      'm.thread',
      'm.reference',
    ]);
    expect(Object.keys(told(event('o', redacted), ...children) ?? {})).toEqual(['m.thread', 'm.reference']);
  });

  it('is nothing for a state event', () => {
    expect(told(event('o', { pdu: { state_key: '' } }), child('r', 'm.reference'))).toBeUndefined();
  });

  it('leaves out what relates to another event or lies in another room', () => {
    const stray = child('s', 'm.reference', { room: '!other:a.org' as RoomId });
    const other = event('q', { pdu: { content: relates('m.reference', 'p') } });
    expect(told(event('o'), stray, other, event('u'))).toBeUndefined();
  });
});
