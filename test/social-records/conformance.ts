// The one suite that every back end of the social records passes: what record-access.ts and record-engine.ts say, for
// every declared type, whichever engine interprets the declarations.
import { afterAll, beforeAll, describe } from 'vitest';
import type { BackEnd, Bed, SocialData } from './bed.ts';
import { concurrencyTests } from './conformance/concurrency.ts';
import { cursorTests } from './conformance/cursors.ts';
import { historyTests } from './conformance/histories.ts';
import { leaseTests } from './conformance/leases.ts';
import { orderTests } from './conformance/orders.ts';
import { pagingTests } from './conformance/paging.ts';
import { restartTests } from './conformance/restart.ts';
import { textTests } from './conformance/texts.ts';
import { transactionTests } from './conformance/transactions.ts';
import { valueTests } from './conformance/values.ts';
import { wakingTests } from './conformance/waking.ts';

export function describeRecordEngine(backEnd: BackEnd): void {
  describe(backEnd.name, () => {
    let data: SocialData;
    let bed: Bed;
    beforeAll(async () => {
      data = await backEnd.openData();
      bed = { engine: await data.open(), other: await data.open() };
    });
    afterAll(async () => {
      await data[Symbol.asyncDispose]();
    });
    const open = () => bed;
    historyTests(open, backEnd.size);
    transactionTests(open);
    concurrencyTests(open, backEnd.size);
    orderTests(open);
    pagingTests(open, backEnd.size);
    cursorTests(open);
    textTests(open);
    valueTests(open, backEnd.size);
    wakingTests(open);
    leaseTests(open);
    restartTests(backEnd);
  });
}
