// The log of deliveries: where the activities of an account went or are going, where one of them did, and what each
// attempt came to.
import type { DeliveryAttempt, DeliveryRecord } from '#databases/social/records/deliveries';
import { requireAccount } from '#domain/social/local-actors';
import { mapPage, type Page, pageRequest } from '#domain/social/pages';
import type { Social } from '#domain/social/social';
import { normaliseUri, type Uri } from '#protocol/activitypub/uris';
import { ProtocolError } from '#support/errors';

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
    return mapPage(page, page.items.map(toLogged));
  });
}

/** At most `limit` deliveries of one activity, by the inboxes they go to, behind the inbox `after`. Throws invalidParam, notFound. */
export async function listDeliveriesOf(
  { database }: Social,
  activity: string,
  { limit, after }: { readonly limit: number; readonly after?: string | undefined },
): Promise<Page<LoggedDelivery>> {
  const uri = requireActivity(activity);
  const behind = after === undefined ? undefined : normaliseUri(after);
  if (after !== undefined && behind === undefined) {
    throw new ProtocolError('invalidParam', 'There is no page of this name.');
  }
  const found = await database.read(async (reader) => {
    const logged = await reader.deliveries.ofActivity(uri, limit + 1, behind);
    // Some activities, such as those of accounts that are gone, are in the log only.
    if (logged.length === 0 && !(await reader.activity(uri))) {
      throw new ProtocolError('notFound', `The activity ${uri} is not kept here.`);
    }
    return logged;
  });
  const items = found.slice(0, limit).map(toLogged);
  const last = items.at(-1);
  return found.length > limit && last ? { items, next: last.inbox } : { items };
}

/** One delivery with all that is remembered of its attempts. */
export interface RetrievedDelivery extends LoggedDelivery {
  readonly account: string;
  /** Milliseconds since the Unix epoch. */
  readonly createdAt: number;
  /** The latest attempts, newest last. */
  readonly history: readonly DeliveryAttempt[];
}

/** @throws ProtocolError notFound, invalidParam */
export async function retrieveDelivery(
  { database }: Social,
  activity: string,
  inbox: string,
): Promise<RetrievedDelivery> {
  const uri = requireActivity(activity);
  const to = normaliseUri(inbox);
  const found = to && (await database.read((reader) => reader.deliveries.get(uri, to)));
  if (!found) throw new ProtocolError('notFound', 'That activity has not been delivered to that inbox.');
  const { account, createdAt, history } = found;
  return { ...toLogged(found), account, createdAt, history };
}

function toLogged({ activity, inbox, state, attempts, history, dueAt }: DeliveryRecord): LoggedDelivery {
  const last = history.at(-1);
  return {
    activity,
    inbox,
    state: state === 'pending' ? 'waiting' : state,
    attempts,
    ...(last ? { lastAnswer: describe(last) } : {}),
    ...(state === 'pending' && dueAt > 0 ? { dueAt } : {}),
  };
}

function requireActivity(text: string): Uri {
  const uri = normaliseUri(text);
  if (uri !== undefined) return uri;
  throw new ProtocolError('invalidParam', `"${text.slice(0, 256)}" is not the URI of an activity.`);
}

function describe({ status, error }: DeliveryAttempt): string {
  return error ?? (status === undefined ? 'no answer' : String(status));
}
