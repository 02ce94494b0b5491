// A post to very many followers is stored with one row; here its deliveries are written, page by page, for those who were
// followers when it was stored.
import type { Deliveries } from '#domain/social/deliveries/deliveries';
import type { OutcomeLane } from '#domain/social/deliveries/outcome-lane';
import { fanOutPageMax } from '#support/limits';

/** Writes one page of the oldest fan-out. Answers whether there was one. Throws `LeaseLostError`. */
export async function expandFanOut({ clock }: Deliveries, outcomes: OutcomeLane): Promise<boolean> {
  const now = clock.now();
  let isOne = false;
  await outcomes.storeAlone(async (writer) => {
    const queue = writer.deliveries;
    const oldest = await queue.oldestFanOut();
    isOne = oldest !== undefined;
    if (!oldest) return;
    const { record: fanOut, place } = oldest;
    const { account, activity } = fanOut;
    const page = await queue.followerInboxes(account, fanOutPageMax, fanOut.through);
    for (const { record, place: since } of page) {
      if (since < place) await queue.add({ activity, account, inbox: record.inbox, now });
    }
    const last = page.at(-1);
    if (page.length < fanOutPageMax || !last) await queue.removeFanOut(activity);
    else await queue.putFanOut({ ...fanOut, through: last.record.inbox });
  });
  return isOne;
}
