import { describe, expect, it } from 'vitest';
import { socialDeclarations, storedTypes } from '#databases/social/engines/store/record-tables';
import { StoreRecordWriter } from '#databases/social/engines/store/store-record-writer';
import type { RecordWriter } from '#databases/social/record-access';
import { hostTurns } from '#databases/social/records/host-turns';
import { messages } from '#databases/social/records/messages';
import { notes } from '#databases/social/records/notes';
import type { Origin, Uri } from '#protocol/activitypub/uris';
import type { Transaction } from '#store/contract';
import { Database } from '#store/database';
import { openMemoryEngine } from '#store/engines/memory';
import { makeStore } from '#store/store';
import { valueBytesMax } from '#support/limits';

const message = {
  account: 'alice',
  origin: 'https://there.example' as Origin,
  note: 'https://there.example/notes/1' as Uri,
  author: 'https://there.example/users/bob' as Uri,
  receivedAt: 1,
};

/** Carries out a body in a transaction, and answers how often it has called one of the store's functions. */
async function openRecords(counted: 'get' | 'clearRange') {
  const database = await Database.open(makeStore(openMemoryEngine()), 'social', socialDeclarations);
  const types = storedTypes(database.tables);
  return async (body: (records: RecordWriter) => Promise<unknown>) => {
    let calls = 0;
    await database.write(({ transaction }) => {
      calls = 0;
      return body(
        new StoreRecordWriter(
          counting(transaction, counted, () => calls++),
          types,
        ),
      );
    });
    return calls;
  };
}

function counting(transaction: Transaction, counted: string, onCall: () => void): Transaction {
  return new Proxy(transaction, {
    get(target, name) {
      const part = Reflect.get(target, name, target) as unknown;
      if (typeof part !== 'function') return part;
      return (...given: unknown[]) => {
        if (name === counted) onCall();
        return part.apply(target, given);
      };
    },
  });
}

describe('a transaction of the store', () => {
  it('reads each record once, whether it is there or not, and none that it knows has gone', async () => {
    const write = await openRecords('get');
    const putAfterLook = async (records: RecordWriter) => {
      await records.get(messages, message);
      await records.put(messages, { ...message, receivedAt: 2 });
      expect(await records.get(messages, message)).toEqual({ ...message, receivedAt: 2 });
    };
    expect(await write(putAfterLook)).toBe(1);
    expect(await write(putAfterLook)).toBe(1);
    const removed = await write(async (records) => {
      await records.get(messages, message);
      expect(await records.remove(messages, message)).toEqual({ ...message, receivedAt: 2 });
      expect(await records.get(messages, message)).toBeUndefined();
      expect(await records.remove(messages, message)).toBeUndefined();
    });
    expect(removed).toBe(1);
  });

  it('shows what was written while the same record was being read', async () => {
    const write = await openRecords('get');
    const turn = { dueAt: 0, host: 'there.example' };
    await write(async (records) => {
      const reading = records.get(hostTurns, turn);
      await records.insert(hostTurns, turn);
      await reading;
      expect(await records.get(hostTurns, turn)).toEqual(turn);
    });
  });

  it('looks for pieces of an older text only where there may be some', async () => {
    const write = await openRecords('clearRange');
    const note = {
      origin: message.origin,
      uri: message.note,
      author: message.author,
      state: 'present' as const,
      storedAt: 1,
    };
    const long = 'ä'.repeat(valueBytesMax);
    expect(await write((records) => records.put(notes, note, { json: long }))).toBe(0);
    const shortened = await write(async (records) => {
      await records.put(notes, note, { json: 'short' });
      expect(await records.text(notes, note, 'json')).toBe('short');
    });
    expect(shortened).toBe(1);
    expect(await write((records) => records.remove(notes, note))).toBe(1);
    const again = await write(async (records) => {
      await records.put(notes, note, { json: undefined });
      expect(await records.text(notes, note, 'json')).toBeUndefined();
    });
    expect(again).toBe(0);
  });
});
