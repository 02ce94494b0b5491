// What states cost in rows and bytes: counted, since the model promises it.
import { describe, expect, test } from 'vitest';
import { openRoomsDatabase } from '#databases/rooms/rooms-database';
import { nameKey } from '#store/keyspace';
import { alice, type ForkedRoom, idOf, makeForkedRoom, room } from '#test/fixtures/forked-room';

interface Kept {
  readonly bytes: number;
  /** Of each table. */
  readonly rows: Map<string, number>;
}

/** Everything that the store holds of rooms. */
async function keptBy({ store, database }: ForkedRoom): Promise<Kept> {
  const rows = new Map<string, number>();
  let bytes = 0;
  const all = { begin: Buffer.alloc(0), end: Buffer.of(0xff) };
  const { entries } = await store.read((snapshot) => snapshot.getRange(all, { limit: 1_000_000 }));
  for (const { key, value } of entries) {
    const table = nameKey(database.tables, key)?.split('(')[0];
    if (table === undefined || table === 'log') continue;
    bytes += key.length + value.length;
    rows.set(table, (rows.get(table) ?? 0) + 1);
  }
  return { bytes, rows };
}

async function newRows(made: ForkedRoom, act: () => Promise<unknown>): Promise<Record<string, number>> {
  const before = await keptBy(made);
  await act();
  const after = await keptBy(made);
  const grown = [...after.rows].map(([table, count]): [string, number] => [
    table,
    count - (before.rows.get(table) ?? 0),
  ]);
  return Object.fromEntries(grown.filter(([, count]) => count !== 0).sort());
}

describe('rows that an event keeps', () => {
  test('a message two, a state event four more', async () => {
    const made = await makeForkedRoom();
    // The power levels have the witnesses that they need once sixteen events of different keys have named them.
    for (let index = 0; index < 20; index++) await made.member(`m${index}`, `@user${index}:test`, 'join');
    expect(await newRows(made, () => made.put({ id: 'said' }))).toEqual({ events: 1, timeline: 1 });
    const note = { type: 'org.example.note', stateKey: 'x' };
    expect(await newRows(made, () => made.put({ id: 'note', ...note }))).toEqual({
      authReferrers: 1,
      events: 1,
      stateByKey: 1,
      stateByTime: 1,
      stateNow: 1,
      timeline: 1,
    });
    // One that changes what is there keeps a row less.
    expect(await newRows(made, () => made.put({ id: 'noted', ...note }))).not.toHaveProperty('stateNow');
  });

  test('a fork its own changes, shared by all that follow it', async () => {
    const made = await makeForkedRoom();
    for (let index = 0; index < 200; index++) {
      await made.put({ id: `n${index}`, type: 'org.example.note', stateKey: `${index}` });
    }
    await made.put({ id: 'other', type: 'org.example.other', stateKey: '' });
    const forked = { type: 'org.example.forked', stateKey: '', prev: ['n199'] };
    expect(await newRows(made, () => made.put({ id: 'forked', ...forked }))).not.toHaveProperty('overlays');
    const said = await newRows(made, async () => {
      for (const id of ['a', 'b']) await made.put({ id, prev: ['forked'] });
      await made.put({ id: 'c', prev: ['a'] });
    });
    expect(said).toEqual({ events: 3, overlays: 1, timeline: 3 });
    expect(await made.differences()).toEqual([]);
  });
});

/** A branch goes on while another extremity stays; every second event is state, of `keys` keys. */
async function goOn(made: ForkedRoom, from: number, count: number, keys: number): Promise<void> {
  for (let index = from; index < from + count; index++) {
    const prev = [index === 0 ? 'rules' : `e${index - 1}`];
    const note = { type: 'org.example.note', stateKey: `${index % keys}` };
    await made.put({ id: `e${index}`, prev, ...(index % 2 ? note : {}) });
  }
}

describe('while an extremity stays unmerged', () => {
  const eventCount = Number(process.env.HEARTH_UNMERGED_EVENTS ?? 200);

  test.each([
    ['few keys change', 4],
    ['ever new keys change', 1_000_000],
  ])('bytes per event stay flat: %s', async (_, keys) => {
    const made = await makeForkedRoom();
    await made.topic('alone', 'nobody follows this', { prev: ['rules'] });
    const step = eventCount / 4;
    const costs: number[] = [];
    for (let part = 0; part < 4; part++) {
      const before = (await keptBy(made)).bytes;
      await goOn(made, part * step, step, keys);
      costs.push(((await keptBy(made)).bytes - before) / step);
    }
    expect(await made.extremities()).toEqual(['alone', `e${eventCount - 1}`].sort());
    expect((costs[3] as number) / (costs[0] as number)).toBeLessThan(1.1);
    expect(await made.differences()).toEqual([]);
    // And one that merges has both.
    await made.put({ id: 'merge' });
    expect((await made.before('merge'))['m.room.topic|']).toBe('alone');
  });

  test('an event reads no more at the end than at the beginning', async () => {
    const made = await makeForkedRoom();
    await made.topic('alone', 'nobody follows this', { prev: ['rules'] });
    const reads: number[] = [];
    for (const from of [0, eventCount - 40]) {
      if (from > 0) await goOn(made, 40, from - 40, 4);
      await goOn(made, from, 40, 4);
      let rows = 0;
      await made.database.read(
        async (reader) => {
          const last = await reader.anyEvent(idOf(`e${from + 39}`));
          const head = await reader.head(room);
          if (!last || !head) throw new Error('there is no such event');
          const pdu = {
            ...last.pdu,
            type: 'org.example.note',
            state_key: 'new',
            prev_events: [last.eventId],
          };
          const before = await reader.stateAfter(last);
          await reader.planAppend(room, head, { eventId: idOf('next'), pdu, before });
        },
        (count) => {
          rows += count;
        },
      );
      reads.push(rows);
    }
    expect(reads[1]).toBeLessThanOrEqual((reads[0] as number) + 10);
    expect(reads[1]).toBeLessThan(60);
  });

  test('two sides that go on apart keep few layers, and their bytes grow no faster than their events', async () => {
    const made = await makeForkedRoom();
    const count = eventCount / 8;
    const side = (name: string, index: number) => ({
      id: `${name}${index}`,
      type: 'org.example.note',
      stateKey: `${name}${index}`,
      prev: [index === 0 ? 'rules' : `${name}${index - 1}`],
    });
    const costs: number[] = [];
    for (let part = 0; part < 2; part++) {
      const before = (await keptBy(made)).bytes;
      for (let index = part * count; index < (part + 1) * count; index++) {
        await made.put(side('left', index));
        await made.put(side('right', index));
      }
      costs.push((await keptBy(made)).bytes - before);
    }
    expect((costs[1] as number) / (costs[0] as number)).toBeLessThan(1.5);
    expect(Object.keys(await made.now())).toHaveLength(4 + 4 * count);
    expect(await made.differences()).toEqual([]);
  });
});

test('extremities cost an event that follows one of them no reads, however many there are', async () => {
  const rowsOf = async (extremities: number): Promise<number> => {
    const made = await makeForkedRoom();
    for (let index = 0; index < extremities; index++) await made.put({ id: `x${index}`, prev: ['rules'] });
    let rows = 0;
    const onRead = (count: number) => {
      rows += count;
    };
    await made.database.read(async (reader) => {
      const head = await reader.head(room);
      const last = await reader.anyEvent(idOf('x0'));
      if (!head || !last) throw new Error('there is no such event');
      const pdu = { ...last.pdu, prev_events: [last.eventId] };
      const before = await reader.stateAfter(last);
      await reader.planAppend(room, head, { eventId: idOf('next'), pdu, before });
    }, onRead);
    return rows;
  };
  expect(await rowsOf(40)).toBe(await rowsOf(4));
});

test('a resolution reads what is in conflict, not the state', async () => {
  const rowsOf = async (members: number): Promise<number> => {
    const made = await makeForkedRoom();
    for (let index = 0; index < members; index++) {
      await made.member(`m${index}`, `@user${index}:test`, 'join');
    }
    await made.topic('left', 'left', { prev: [`m${members - 1}`] });
    await made.put({
      id: 'power2',
      type: 'm.room.power_levels',
      stateKey: '',
      content: { users: { [alice]: 100 }, state_default: 50 },
      prev: [`m${members - 1}`],
    });
    // Opened anew, so that nothing is at hand.
    const cold = await openRoomsDatabase(made.store, () => false);
    let rows = 0;
    await cold.read(
      (reader) => reader.stateBeforeNext(room, ['left', 'power2'].map(idOf)),
      (count) => {
        rows += count;
      },
    );
    return rows;
  };
  const [few, many] = [await rowsOf(5), await rowsOf(100)];
  expect(many).toBeLessThanOrEqual(few + 20);
});

test('a resolution reads no more where new power levels have more followers than are noted', async () => {
  const bob = '@bob:test';
  const rowsOf = async (members: number): Promise<number> => {
    const made = await makeForkedRoom();
    await made.member('bob', bob, 'join');
    for (let index = 0; index < members; index++) {
      await made.member(`m${index}`, `@user${index}:test`, 'join');
    }
    const parting = `m${members - 1}`;
    await made.topic('left', 'left', { prev: [parting] });
    // Nothing that both sides hold follows Bob's join, and the power levels that do have more followers than are noted.
    const levels = { users: { [alice]: 100, [bob]: 50 }, state_default: 0 };
    const power = { type: 'm.room.power_levels', stateKey: '', content: levels, sender: bob };
    await made.put({ id: 'right', ...power, prev: [parting] });
    for (let index = 0; index < 20; index++) {
      const prev = [index === 0 ? 'right' : `right${index - 1}`];
      const note = { type: 'org.example.note', stateKey: `${index}`, sender: bob };
      await made.put({ id: `right${index}`, ...note, prev });
    }
    // Opened anew, so that nothing is at hand.
    const cold = await openRoomsDatabase(made.store, () => false);
    let rows = 0;
    await cold.read(
      (reader) => reader.stateBeforeNext(room, ['left', 'right19'].map(idOf)),
      (count) => {
        rows += count;
      },
    );
    return rows;
  };
  const [few, many] = [await rowsOf(5), await rowsOf(100)];
  expect(many).toBeLessThanOrEqual(few + 20);
});

test('a resolution reads once what has changed since the sides parted, however much of it is of one user', async () => {
  const bob = '@bob:test';
  const rowsOf = async (changes: number): Promise<number> => {
    const made = await makeForkedRoom();
    await made.member('bob', bob, 'join');
    // All that Bob sets is in conflict with what the other side holds, so that nothing shared follows his join.
    for (let key = 0; key < 2; key++) {
      const prev = [key === 0 ? 'bob' : 'other0'];
      await made.put({ id: `other${key}`, type: 'org.example.note', stateKey: `${key}`, prev });
    }
    for (let index = 0; index < changes; index++) {
      const note = { type: 'org.example.note', stateKey: `${index % 2}`, sender: bob };
      await made.put({ id: `n${index}`, ...note, prev: [index === 0 ? 'bob' : `n${index - 1}`] });
    }
    const cold = await openRoomsDatabase(made.store, () => false);
    let rows = 0;
    await cold.read(
      (reader) => reader.stateBeforeNext(room, ['other1', `n${changes - 1}`].map(idOf)),
      (count) => {
        rows += count;
      },
    );
    return rows;
  };
  const [few, many] = [await rowsOf(10), await rowsOf(100)];
  expect(many - few).toBeLessThanOrEqual(90);
});
