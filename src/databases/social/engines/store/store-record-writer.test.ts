import { describe, expect, it } from 'vitest';
import { socialDeclarations, storedTypes } from '#databases/social/engines/store/record-tables';
import { StoreRecordWriter } from '#databases/social/engines/store/store-record-writer';
import type { RecordWriter } from '#databases/social/record-access';
import { hostTurns } from '#databases/social/records/host-turns';
import { messages } from '#databases/social/records/messages';
import type { Origin, Uri } from '#protocol/activitypub/uris';
import type { Transaction } from '#store/contract';
import { Database } from '#store/database';
import { openMemoryEngine } from '#store/engines/memory';
import { makeStore } from '#store/store';

const message = {
  account: 'alice',
  origin: 'https://there.example' as Origin,
  note: 'https://there.example/notes/1' as Uri,
  author: 'https://there.example/users/bob' as Uri,
  receivedAt: 1,
};

async function openRecords() {
  const database = await Database.open(makeStore(openMemoryEngine()), 'social', socialDeclarations);
  const types = storedTypes(database.tables);
  return async (body: (records: RecordWriter) => Promise<unknown>) => {
    let reads = 0;
    await database.write(({ transaction }) => {
      reads = 0;
      return body(
        new StoreRecordWriter(
          countingGets(transaction, () => reads++),
          types,
        ),
      );
    });
    return reads;
  };
}

function countingGets(transaction: Transaction, onGet: () => void): Transaction {
  return new Proxy(transaction, {
    get(target, name) {
      const part = Reflect.get(target, name, target) as unknown;
      if (typeof part !== 'function') return part;
      return (...given: unknown[]) => {
        if (name === 'get') onGet();
        return part.apply(target, given);
      };
    },
  });
}

describe('a transaction of the store', () => {
  it('reads each record once, whether it is there or not, and none that it knows has gone', async () => {
    const write = await openRecords();
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
    const write = await openRecords();
    const turn = { dueAt: 0, host: 'there.example' };
    await write(async (records) => {
      const reading = records.get(hostTurns, turn);
      await records.insert(hostTurns, turn);
      await reading;
      expect(await records.get(hostTurns, turn)).toEqual(turn);
    });
  });
});
