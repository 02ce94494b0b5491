import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { flattenLayers, layerOver, type OverlayLayer, writeLayer } from '#databases/rooms/overlays';
import { storedEvent } from '#databases/rooms/records';
import { type KeyedEvent, storedView, viewAfter } from '#databases/rooms/state-view';
import type { EventId, RoomId } from '#protocol/matrix/identifiers';
import { stateKeyText } from '#protocol/matrix/state-keys';
import type { Position } from '#store/contract';
import { overlayDepthMax } from '#support/limits';
import { makeForkedRoom } from '#test/fixtures/forked-room';
import { pduOf } from '#test/fixtures/plain-pdu';

const entry = (stateKey: string, event: string | undefined): [string, KeyedEvent] => [
  stateKeyText('t', stateKey),
  { type: 't', stateKey, event: event as EventId | undefined },
];

describe('layers of an overlay', () => {
  test('say the same as all changes one after another, and stay few', () => {
    const changes = fc.array(fc.record({ key: fc.nat(300), isGone: fc.boolean() }), { maxLength: 400 });
    fc.assert(
      fc.property(changes, (steps) => {
        const stored = new Map<string, OverlayLayer>();
        const model = new Map<string, KeyedEvent>();
        let layers: OverlayLayer[] = [];
        steps.forEach(({ key, isGone }, index) => {
          const change = new Map([entry(`${key}`, isGone ? undefined : `$${index}`)]);
          for (const [name, value] of change) model.set(name, value);
          const layer = layerOver(`$${index}`, layers, change);
          stored.set(layer.name, layer);
          layers = [];
          for (
            let at: OverlayLayer | undefined = layer;
            at;
            at = at.parent ? stored.get(at.parent) : undefined
          )
            layers.push(at);
          expect(layers.length).toBeLessThanOrEqual(overlayDepthMax);
        });
        expect(new Map(flattenLayers(layers))).toEqual(model);
      }),
      { numRuns: 30 },
    );
  });

  test('are written again a few times only while they grow', () => {
    let layers: OverlayLayer[] = [];
    let written = 0;
    const count = 10_000;
    for (let index = 0; index < count; index++) {
      const layer = layerOver(`$${index}`, layers, new Map([entry(`${index}`, '$x')]));
      written += layer.entries.size;
      layers = [layer, ...layers.slice(layers.findIndex(({ name }) => name === layer.parent))];
      if (layer.parent === undefined) layers = [layer];
    }
    expect(flattenLayers(layers).size).toBe(count);
    // Every entry about twice at each of the seven sizes that the layers have.
    expect(written / count).toBeLessThan(20);
  });

  test('are read back as they were written, in as many rows as they need', async () => {
    const { store, database } = await makeForkedRoom();
    const room = '!other:test' as RoomId;
    const entries = new Map(
      Array.from({ length: 3_000 }, (_, index) => entry(`key ${index}`, index % 2 ? `$${index}` : undefined)),
    );
    const layer: OverlayLayer = { name: '>$top', parent: '$below', entries };
    const below: OverlayLayer = { name: '$below', entries: new Map([entry('a', '$a')]) };
    await store.transact((transaction) => {
      for (const each of [layer, below]) writeLayer(database.tables, transaction, room, each);
    });
    const read = await database.read((reader) => reader.layersOf(room, layer.name));
    expect(read).toEqual([layer, below]);
    await expect(database.read((reader) => reader.layersOf(room, '$none'))).rejects.toThrow('is missing');
  });
});

test('no two keys share a name, and no two states', () => {
  expect(stateKeyText('a', 'bc')).not.toBe(stateKeyText('ab', 'c'));
  expect(stateKeyText('a\0b', 'c')).not.toBe(stateKeyText('a', 'b\0c'));
  const base = storedView(0, '0'.repeat(24) as Position);
  const event = (id: string, key: string) =>
    viewAfter(base, id as EventId, pduOf({ type: 't', state_key: key }));
  const views = [base, storedView(1, base.position), event('$a', ''), event('$b', '')];
  views.push(viewAfter(event('$a', 'x'), '$b' as EventId, pduOf({ type: 't', state_key: '' })));
  views.push(storedView(0, base.position, '$a'));
  expect(new Set(views.map(({ name }) => name)).size).toBe(views.length);
  expect(viewAfter(base, '$m' as EventId, pduOf({ type: 'm.room.message' }))).toBe(base);
});

test('what is kept beside an event is read back as it was', () => {
  const whole = {
    eventId: '$a' as EventId,
    line: 3,
    stateBefore: { line: 2, position: '1'.repeat(24) as Position, overlay: '>$b' },
    sentBy: { deviceId: 'D', transactionId: 't' },
    redactedBy: '$r' as EventId,
    replaces: '$p' as EventId,
    standing: 'soft-failed' as const,
    refusal: { rule: '5.1', reason: 'no “power”' },
    generation: 0,
    hasExactNumbers: true as const,
    json: Buffer.from('{"depth":1.0}'),
  };
  expect(storedEvent.decode(storedEvent.encode(whole))).toEqual(whole);
  const bare = { eventId: '$a' as EventId, line: 0, json: Buffer.from('{}') };
  expect(storedEvent.decode(storedEvent.encode(bare))).toEqual(bare);
});
