// One POST of an activity to one inbox, and what the answer means for the delivery and for the host (ActivityPub section
// 7.1). Trying again, and when, is the queue's to decide.
import { checkUrl, type NetworkPolicy } from '#network/address-policy';
import type { Post } from '#network/posting';
import { toRemoteError } from '#network/remote-error';
import { parseRetryAfter } from '#network/retry-after';
import type { SigningKey } from '#network/signing-key';
import { signRequest } from '#protocol/activitypub/http-signatures';
import { activityJson } from '#protocol/activitypub/media-types';
import type { Uri } from '#protocol/activitypub/uris';
import type { Clock } from '#support/clock';
import { deliveryAnswerBytesMax } from '#support/limits';

/** What an exchange says about a host: `unknown` is neither a sign of life nor of trouble. */
export type HostHealth = 'alive' | 'failing' | 'unknown';

export type DeliveryResult =
  | { readonly outcome: 'delivered'; readonly status: number; readonly health: HostHealth }
  /** Worth another try, not before `retryAfterMs` where the host named a time. */
  | {
      readonly outcome: 'retry';
      readonly status?: number;
      readonly reason: string;
      readonly retryAfterMs?: number;
      readonly health: HostHealth;
    }
  /** No further try will do: `gone` says that the inbox is no more, for this and every other activity. */
  | {
      readonly outcome: 'refused';
      readonly status?: number;
      readonly reason: string;
      readonly gone: boolean;
      readonly health: HostHealth;
    };

export interface Courier extends NetworkPolicy {
  readonly post: Post;
  readonly clock: Clock;
}

export interface Parcel {
  readonly inbox: Uri;
  /** The activity's bytes, the same for all inboxes and all attempts. */
  readonly body: Uint8Array;
  /** `digestHeader(body)`, computed once for all inboxes. */
  readonly digest: string;
  readonly key: SigningKey;
}

/** Never throws for what the other side does. */
export async function deliverActivity(
  courier: Courier,
  parcel: Parcel,
  signal?: AbortSignal,
): Promise<DeliveryResult> {
  const url = new URL(parcel.inbox);
  try {
    checkUrl(url, courier);
    const target = url.pathname + url.search;
    let answer = await post(courier, parcel, url, target, signal);
    // Some servers leave the query out of what they check.
    if (answer.status === 401 && url.search !== '')
      answer = await post(courier, parcel, url, url.pathname, signal);
    return judge(answer);
  } catch (error) {
    const { failure, message } = toRemoteError(error, `The delivery to ${url.host}`);
    if (failure === 'forbidden')
      return { outcome: 'refused', reason: message, gone: false, health: 'unknown' };
    return { outcome: 'retry', reason: message, health: signal?.aborted ? 'unknown' : 'failing' };
  }
}

interface Answer {
  readonly status: number;
  readonly retryAfterMs: number | undefined;
  /** The beginning of what the host said, for the log that people see. */
  readonly text: string;
}

async function post(
  courier: Courier,
  { body, digest, key }: Parcel,
  url: URL,
  signedTarget: string,
  signal: AbortSignal | undefined,
): Promise<Answer> {
  const headers = await signRequest({
    method: 'POST',
    target: signedTarget,
    authority: url.host,
    date: courier.clock.now(),
    digest,
    contentType: activityJson,
    keyId: key.id,
    privateKey: key.privateKey,
  });
  const answer = await courier.post({ url, headers, body, answerBytesMax: deliveryAnswerBytesMax, signal });
  return {
    status: answer.status,
    retryAfterMs: parseRetryAfter(answer.retryAfter, courier.clock.now()),
    text: answer.body
      .toString('utf8')
      .replace(/[\s\p{Cc}]+/gu, ' ')
      .trim()
      .slice(0, 200),
  };
}

function judge({ status, retryAfterMs, text }: Answer): DeliveryResult {
  if (status >= 200 && status < 300) return { outcome: 'delivered', status, health: 'alive' };
  const reason = text === '' ? `answered ${status}` : `answered ${status}: ${text}`;
  if (status === 404 || status === 410)
    return { outcome: 'refused', status, reason, gone: true, health: 'alive' };
  const later = retryAfterMs === undefined ? {} : { retryAfterMs };
  // Our key may not have been there to fetch, or a block may be lifted: another try, and no sign of life.
  if (status === 401 || status === 403)
    return { outcome: 'retry', status, reason, ...later, health: 'unknown' };
  if (status === 408 || status === 425 || status === 429) {
    return { outcome: 'retry', status, reason, ...later, health: 'unknown' };
  }
  if (status >= 400 && status < 500)
    return { outcome: 'refused', status, reason, gone: false, health: 'alive' };
  // A redirect is not followed: what was signed for one inbox is not shown to another.
  if (status < 400) return { outcome: 'retry', status, reason, health: 'unknown' };
  return { outcome: 'retry', status, reason, ...later, health: 'failing' };
}
