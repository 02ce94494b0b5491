import fc from 'fast-check';
import { expect, test } from 'vitest';
import { AuthReach, isWitnessed, type ReachSource, type Referrer } from '#databases/rooms/auth-reach';
import type { GraphFact } from '#databases/rooms/graph-facts';
import type { EventId } from '#protocol/matrix/identifiers';
import type { Position } from '#store/contract';
import { pduOf } from '#test/fixtures/plain-pdu';

interface Node {
  readonly id: EventId;
  readonly type: string;
  readonly stateKey: string;
  readonly auth: readonly EventId[];
}

const types = ['m.room.member', 'm.room.power_levels', 'm.room.join_rules', 'm.room.topic'];
const idAt = (index: number) => `$${index}` as EventId;
/** Events are stored in the order of the graph. */
const placeOf = (index: number) => index.toString(16).padStart(24, '0') as Position;

/** An auth graph whose first node is the create event, which all others name. */
const graphs = fc
  .array(fc.record({ type: fc.nat(3), key: fc.nat(3), auth: fc.array(fc.nat(), { maxLength: 4 }) }), {
    minLength: 2,
    maxLength: 60,
  })
  .map((seeds) =>
    seeds.map(({ type, key, auth }, index): Node => {
      const name = types[type] as string;
      const isOne = name !== 'm.room.member' && name !== 'm.room.topic';
      if (index === 0) return { id: idAt(0), type: 'm.room.create', stateKey: '', auth: [] };
      // Topics are named by nobody.
      return {
        id: idAt(index),
        type: name,
        stateKey: isOne ? '' : `${key}`,
        auth: [idAt(0), ...auth.map((at) => idAt(at % index))],
      };
    }),
  )
  .map((nodes) => {
    const named = new Map(nodes.map((node) => [node.id, node]));
    return nodes.map((node) => ({
      ...node,
      auth: [...new Set(node.auth.filter((id) => named.get(id)?.type !== 'm.room.topic'))],
    }));
  });

/** A source with a cut index, and counters of what it was asked. */
function sourceOf(nodes: readonly Node[], state: readonly Node[], witnessesMax: number, indexedFrom: number) {
  const generations = new Map<EventId, number>();
  for (const { id, auth } of nodes) {
    generations.set(id, Math.max(-1, ...auth.map((each) => generations.get(each) as number)) + 1);
  }
  const facts = new Map(
    nodes.map(({ id, type, stateKey, auth }, index): [EventId, GraphFact] => [
      id,
      {
        eventId: id,
        pdu: pduOf({ type, state_key: stateKey, auth_events: auth }),
        rejected: false,
        generation: generations.get(id) as number,
        isIndexed: index >= indexedFrom,
        storedFrom: placeOf(index),
        isOutlier: false,
      },
    ]),
  );
  const referrers = new Map<EventId, Referrer[]>();
  for (const { id, type, stateKey, auth } of nodes.slice(indexedFrom)) {
    for (const named of auth) {
      const list = referrers.get(named) ?? [];
      // Of those that no other may name, a row for all of a key.
      const event = type === 'm.room.topic' ? undefined : id;
      if (list.some((each) => each.event === event && each.type === type && each.stateKey === stateKey))
        continue;
      const isFull = isWitnessed(facts.get(named)?.pdu.type ?? '') && list.length >= witnessesMax;
      if (!isFull && named !== idAt(0)) list.push({ event, type, stateKey });
      referrers.set(named, list);
    }
  }
  const walked: number[] = [];
  const source: ReachSource = {
    isCreateNamed: true,
    graphEvents: async (ids) => ids.map((id) => facts.get(id)),
    unconflicted: async (type, stateKey) =>
      state.find((node) => node.type === type && node.stateKey === stateKey)?.id,
    unconflictedSince: async (position) => {
      const later = state.filter(({ id }) => placeOf(nodes.findIndex((node) => node.id === id)) > position);
      walked.push(later.length);
      return later.map(({ id, type, stateKey }) => ({ type, stateKey, event: id }));
    },
    async *referrers(event) {
      yield* referrers.get(event) ?? [];
    },
  };
  return { source, walked };
}

function chainsOf(nodes: readonly Node[], state: readonly Node[]): Set<EventId> {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const reached = new Set(state.flatMap(({ auth }) => auth));
  for (const id of reached) for (const further of byId.get(id)?.auth ?? []) reached.add(further);
  return reached;
}

/** At most one event per key. */
const stateOf = (nodes: readonly Node[], chosen: ReadonlySet<number>): Node[] => {
  const byKey = new Map<string, Node>();
  nodes.forEach((node, index) => {
    if (chosen.has(index)) byKey.set(JSON.stringify([node.type, node.stateKey]), node);
  });
  return [...byKey.values()];
};

test('says of every event whether an unconflicted one has it in its auth chain, however the index was cut', async () => {
  await fc.assert(
    fc.asyncProperty(graphs, fc.uniqueArray(fc.nat(59)), fc.nat(60), async (nodes, chosen, indexedFrom) => {
      const state = stateOf(nodes, new Set(chosen));
      const chains = chainsOf(nodes, state);
      // The index holds 16 of those that name power levels or join rules.
      const { source } = sourceOf(nodes, state, 16, indexedFrom % 3 === 0 ? indexedFrom : 0);
      const reach = new AuthReach(source);
      for (const { id } of [...nodes].reverse()) {
        expect({ id, covered: await reach.isCovered(id) }).toEqual({ id, covered: chains.has(id) });
      }
    }),
    { numRuns: 300 },
  );
});

test('finds the one referrer that counts behind a list that was cut', async () => {
  // Seventeen members name the power levels; only the last is in the state, and the list ends before it.
  const power: Node = { id: idAt(1), type: 'm.room.power_levels', stateKey: '', auth: [idAt(0)] };
  const create: Node = { id: idAt(0), type: 'm.room.create', stateKey: '', auth: [] };
  const members = Array.from(
    { length: 17 },
    (_, index): Node => ({
      id: idAt(index + 2),
      type: 'm.room.member',
      stateKey: `${index}`,
      auth: [idAt(0), idAt(1)],
    }),
  );
  const nodes = [create, power, ...members];
  const held = sourceOf(nodes, members.slice(16), 16, 0);
  expect(await new AuthReach(held.source).isCovered(idAt(1))).toBe(true);
  expect(held.walked).toEqual([1]);
  const noted = sourceOf(nodes, members.slice(0, 1), 16, 0);
  expect(await new AuthReach(noted.source).isCovered(idAt(1))).toBe(true);
  expect(noted.walked).toEqual([]);
});
