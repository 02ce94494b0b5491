// From an address to an actor, and from an actor to its address (RFC 7033). The two ways must agree: an answer that leads
// to somebody else's actor, or a name that another host gives out, does not count.

import { asInvalid } from '#network/fetch-document';
import { type Getter, getFollowingRedirects } from '#network/follow-redirects';
import { discardBody, readBody } from '#network/read-body';
import { fetchActor } from '#network/remote-actors';
import { RemoteError } from '#network/remote-error';
import {
  type AccountAddress,
  formatAccountAddress,
  sameAddress,
} from '#protocol/activitypub/account-address';
import { readJsonDocument } from '#protocol/activitypub/json-document';
import { isJson } from '#protocol/activitypub/media-types';
import type { ForeignActor } from '#protocol/activitypub/read-actor';
import { authorityOf } from '#protocol/activitypub/uris';
import { type ForeignJrd, jrdContentType, readJrd } from '#protocol/activitypub/webfinger';
import { discoveryBytesMax } from '#support/limits';

export interface ResolvedAccount {
  readonly actor: ForeignActor;
  /** The address that the actor's own server gives it, which may differ from the one that was asked for. */
  readonly address: AccountAddress;
}

/** Finds the actor of an address, and makes sure that the address is the actor's. Throws RemoteError. */
export async function resolveAccount(
  getter: Getter,
  asked: AccountAddress,
  signal?: AbortSignal,
): Promise<ResolvedAccount> {
  const finger = fingerOnce(getter, signal);
  const answer = await finger(asked);
  const actor = await fetchActor(getter, answer.actor, signal);
  const address = await confirmAddress(finger, actor);
  // An address that only leads on to another (an old domain, an alias) is as good as the one it leads to.
  if (sameAddress(address, asked)) return { actor, address };
  if (answer.subject && sameAddress(address, answer.subject)) return { actor, address };
  throw new RemoteError(
    'invalid',
    `${formatAccountAddress(asked)} leads to ${actor.id}, which is ${formatAccountAddress(address)}`,
  );
}

/**
 * The address that an actor goes by: what WebFinger on the actor's host says, and, where that names another domain, that
 * domain too. Throws RemoteError where they do not lead back to the actor.
 */
export function addressOfActor(
  getter: Getter,
  actor: ForeignActor,
  signal?: AbortSignal,
): Promise<AccountAddress> {
  return confirmAddress(fingerOnce(getter, signal), actor);
}

type Finger = (address: AccountAddress) => Promise<ForeignJrd>;

async function confirmAddress(finger: Finger, actor: ForeignActor): Promise<AccountAddress> {
  const own = { name: actor.preferredUsername.toLowerCase(), host: authorityOf(actor.id) };
  const answer = await finger(own);
  requireActor(answer, actor);
  const subject = answer.subject ?? own;
  if (sameAddress(subject, own)) return own;
  const other = await finger(subject);
  requireActor(other, actor);
  if (other.subject && !sameAddress(other.subject, subject)) {
    throw new RemoteError('invalid', `${formatAccountAddress(subject)} calls itself by yet another address`);
  }
  return subject;
}

function requireActor(answer: ForeignJrd, actor: ForeignActor): void {
  if (answer.actor !== actor.id) {
    throw new RemoteError('invalid', `WebFinger leads to ${answer.actor} and not back to ${actor.id}`);
  }
}

/** Asks about each address once. */
function fingerOnce({ transport, allowPrivateNetwork }: Getter, signal: AbortSignal | undefined): Finger {
  const answers = new Map<string, Promise<ForeignJrd>>();
  return (address) => {
    const key = formatAccountAddress(address);
    const answer = answers.get(key) ?? askInTurn({ transport, allowPrivateNetwork }, address, signal);
    answers.set(key, answer);
    return answer;
  };
}

/** By https (RFC 7033 section 4.2); on a private network also by http, where https does not answer. */
async function askInTurn(
  getter: Getter,
  address: AccountAddress,
  signal: AbortSignal | undefined,
): Promise<ForeignJrd> {
  if (!getter.allowPrivateNetwork) return ask(getter, 'https:', address, signal);
  return ask(getter, 'https:', address, signal).catch((error: unknown) => {
    if (error instanceof RemoteError && error.failure === 'unreachable')
      return ask(getter, 'http:', address, signal);
    throw error;
  });
}

async function ask(
  getter: Getter,
  scheme: 'https:' | 'http:',
  address: AccountAddress,
  signal: AbortSignal | undefined,
): Promise<ForeignJrd> {
  const resource = encodeURIComponent(`acct:${formatAccountAddress(address)}`);
  const url = `${scheme}//${address.host}/.well-known/webfinger?resource=${resource}`;
  const { response } = await getFollowingRedirects(
    getter,
    url,
    `${jrdContentType}, application/json`,
    signal,
  );
  if (response.status !== 200) {
    await discardBody(response);
    throw new RemoteError(
      'status',
      `WebFinger on ${address.host} answered ${response.status}`,
      response.status,
    );
  }
  if (!isJson(response.headers.get('content-type'))) {
    await discardBody(response);
    throw new RemoteError('invalid', `WebFinger on ${address.host} did not answer with JSON`);
  }
  const bytes = await readBody(response, discoveryBytesMax);
  try {
    return readJrd(readJsonDocument(bytes));
  } catch (error) {
    throw asInvalid(error, `WebFinger on ${address.host}`);
  }
}
