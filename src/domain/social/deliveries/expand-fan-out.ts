// A post to very many followers is stored with one row; here its deliveries are written, page by page, for those who were
// followers when it was stored.
import type { Deliveries } from '#domain/social/deliveries/deliveries';
import type { Lease } from '#domain/social/work-lease';
import { fanOutPageMax } from '#support/limits';

/** Writes one page of the oldest fan-out. Answers whether there was one. Throws `LeaseLostError`. */
export async function expandFanOut({ social, clock }: Deliveries, lease: Lease): Promise<boolean> {
  return social.writeHolding(lease, async (writer) => {
    const queue = writer.deliveries;
    const oldest = await queue.oldestFanOut();
    if (!oldest) return false;
    const { record: fanOut, place } = oldest;
    const { account, activity } = fanOut;
    const page = await queue.followerInboxes(account, fanOutPageMax, fanOut.through);
    for (const { record, place: since } of page) {
      if (since < place) await queue.add({ activity, account, inbox: record.inbox, now: clock.now() });
    }
    const last = page.at(-1);
    if (page.length < fanOutPageMax || !last) await queue.removeFanOut(activity);
    else await queue.putFanOut({ ...fanOut, through: last.record.inbox });
    return true;
  });
}
