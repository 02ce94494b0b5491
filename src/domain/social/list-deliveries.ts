// The log of an account's deliveries: where each activity went or is going, and what the last answer was.
import type { DeliveryAttempt } from '#databases/social/records/deliveries';
import { requireAccount } from '#domain/social/local-actors';
import { mapPage, type Page, pageRequest } from '#domain/social/pages';
import type { Social } from '#domain/social/social';
import type { Uri } from '#protocol/activitypub/uris';

export interface LoggedDelivery {
  readonly activity: Uri;
  readonly inbox: Uri;
  readonly state: 'waiting' | 'delivered' | 'failed';
  readonly attempts: number;
  readonly lastAnswer?: string;
  /** The next attempt, where it has been put off to a time; milliseconds since the Unix epoch. */
  readonly dueAt?: number;
}

/** Newest first. Throws notFound; invalidParam for the cursor. An account that is gone has its log still. */
export async function listDeliveries(
  { database }: Social,
  account: string,
  { limit, after }: { readonly limit: number; readonly after?: string | undefined },
): Promise<Page<LoggedDelivery>> {
  const request = pageRequest(limit, after);
  return database.read(async (reader) => {
    if (!(await reader.account(account))) await requireAccount(reader, account);
    const page = await reader.deliveries.ofAccount(account, request);
    const logged = page.items.map(({ activity, inbox, state, attempts, history, dueAt }): LoggedDelivery => {
      const last = history.at(-1);
      return {
        activity,
        inbox,
        state: state === 'pending' ? 'waiting' : state,
        attempts,
        ...(last ? { lastAnswer: describe(last) } : {}),
        ...(state === 'pending' && dueAt > 0 ? { dueAt } : {}),
      };
    });
    return mapPage(page, logged);
  });
}

function describe({ status, error }: DeliveryAttempt): string {
  return error ?? (status === undefined ? 'no answer' : String(status));
}
