// Overlays: the differences between the state at a fork and the room's state, kept in layers. A new layer holds what
// its event adds and lies on the layers before it; small ones are merged into it, so that a key is looked for in few
// places and, over many events, each entry is written again a few times only.
import type { OverlayName } from '#databases/rooms/records';
import type { RoomsParts, RoomsTables } from '#databases/rooms/rooms-parts';
import type { KeyedEvent, StateDifferences } from '#databases/rooms/state-view';
import type { EventId, RoomId } from '#protocol/matrix/identifiers';
import { stateKeyText } from '#protocol/matrix/state-keys';
import { readChunks, writeChunks } from '#store/chunks';
import type { Snapshot, Transaction } from '#store/contract';
import { overlayDepthMax } from '#support/limits';

/** One stored overlay; what it says of a key goes before what the layers beneath say. */
export interface OverlayLayer {
  readonly name: OverlayName;
  readonly parent?: OverlayName;
  readonly entries: StateDifferences;
}

/** A layer as it lies in the store. */
interface PackedLayer {
  readonly p?: OverlayName;
  readonly e: readonly (readonly [type: string, stateKey: string, event: EventId | null])[];
}

/** The layers of an overlay, the topmost first; none for undefined. A read for each that is not at hand. */
export async function readLayers(
  { tables, overlays }: RoomsParts,
  snapshot: Snapshot,
  room: RoomId,
  overlay: OverlayName | undefined,
): Promise<OverlayLayer[]> {
  const layers: OverlayLayer[] = [];
  for (let name = overlay; name !== undefined; name = layers.at(-1)?.parent) {
    if (layers.length === overlayDepthMax) throw new Error(`the overlay ${overlay} of ${room} is too deep`);
    const cached = overlays.get(room + name);
    const layer = cached ?? (await readLayer(tables, snapshot, room, name));
    if (!layer) throw new Error(`the overlay ${name} of ${room} is missing`);
    if (!cached) overlays.set(room + name, layer);
    layers.push(layer);
  }
  return layers;
}

async function readLayer(
  tables: RoomsTables,
  snapshot: Snapshot,
  room: RoomId,
  name: OverlayName,
): Promise<OverlayLayer | undefined> {
  const bytes = await readChunks(snapshot, tables.overlays.key([room, name]));
  return bytes && unpackLayer(name, bytes);
}

export function unpackLayer(name: OverlayName, bytes: Buffer): OverlayLayer {
  const { p: parent, e } = JSON.parse(bytes.toString('utf8')) as PackedLayer;
  const entries = new Map<string, KeyedEvent>();
  for (const [type, stateKey, event] of e) {
    entries.set(stateKeyText(type, stateKey), { type, stateKey, event: event ?? undefined });
  }
  return { name, ...(parent === undefined ? {} : { parent }), entries };
}

export function writeLayer(
  tables: RoomsTables,
  transaction: Transaction,
  room: RoomId,
  { name, parent, entries }: OverlayLayer,
): void {
  const packed: PackedLayer = {
    ...(parent === undefined ? {} : { p: parent }),
    e: [...entries.values()].map(({ type, stateKey, event }) => [type, stateKey, event ?? null]),
  };
  writeChunks(transaction, tables.overlays.key([room, name]), Buffer.from(JSON.stringify(packed), 'utf8'));
}

/** A layer is this many times as large as the one above it, or they are merged. */
const layerRatio = 4;

/** A layer of `changes` on top of `layers` (the topmost first), those that have become too small merged into it. */
export function layerOver(
  name: OverlayName,
  layers: readonly OverlayLayer[],
  changes: StateDifferences,
): OverlayLayer {
  let entries = changes;
  let rest = layers;
  for (;;) {
    const [top, ...beneath] = rest;
    if (!top) return { name, entries };
    const isTooSmall = top.entries.size < layerRatio * entries.size;
    if (!isTooSmall && rest.length < overlayDepthMax) return { name, parent: top.name, entries };
    entries = new Map([...top.entries, ...entries]);
    rest = beneath;
  }
}

/** All that the layers say, the upper before the lower. */
export function flattenLayers(layers: readonly OverlayLayer[]): StateDifferences {
  const [only] = layers;
  if (only && layers.length === 1) return only.entries;
  const all = new Map<string, KeyedEvent>();
  for (const { entries } of layers.toReversed()) for (const [name, entry] of entries) all.set(name, entry);
  return all;
}
