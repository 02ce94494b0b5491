// An activity arrives at an inbox (ActivityPub section 7). What costs little is checked first, then the signature, then
// what its signer may say; then one transaction judges it against what we know, stores it and queues the answer. Whatever
// fails a check is refused with an error of the catalogue, never taken and dropped.
import type { AccountRecord } from '#databases/social/records/accounts';
import { isGone, type Signer } from '#domain/social/foreign-keys';
import { requireAccount, signingKeyOf } from '#domain/social/local-actors';
import { nameObject } from '#domain/social/receiving/name-object';
import { receiveAnnounce } from '#domain/social/receiving/receive-announce';
import { receiveAnswer } from '#domain/social/receiving/receive-answer';
import { receiveBlock } from '#domain/social/receiving/receive-block';
import { receiveCreate } from '#domain/social/receiving/receive-create';
import { receiveDelete } from '#domain/social/receiving/receive-delete';
import { receiveFlag } from '#domain/social/receiving/receive-flag';
import { receiveFollow } from '#domain/social/receiving/receive-follow';
import { receiveLike } from '#domain/social/receiving/receive-like';
import { receiveMove } from '#domain/social/receiving/receive-move';
import { receiveUndo } from '#domain/social/receiving/receive-undo';
import { receiveUpdate } from '#domain/social/receiving/receive-update';
import type { Receive } from '#domain/social/receiving/received';
import { storeRemoteActor } from '#domain/social/remote-actor-records';
import type { Social } from '#domain/social/social';
import type { Getter } from '#network/follow-redirects';
import { signGetWith } from '#network/signing-key';
import { checkAuthority } from '#protocol/activitypub/activity-authority';
import { type PreparedSignature, prepareVerification } from '#protocol/activitypub/http-signatures';
import { readJsonDocument } from '#protocol/activitypub/json-document';
import { isActivityStreams } from '#protocol/activitypub/media-types';
import {
  type ActivityType,
  activityTypeOf,
  type IncomingActivity,
  readActivity,
} from '#protocol/activitypub/read-activity';
import { originOf, sameOrigin } from '#protocol/activitypub/uris';
import { ProtocolError } from '#support/errors';

export interface InboxRequest {
  readonly method: string;
  /** The request target exactly as it was sent. */
  readonly target: string;
  readonly headers: Iterable<readonly [string, string]>;
  readonly contentType: string | undefined;
  readonly body: Uint8Array;
  /** The account whose inbox it is; undefined for the inbox that all share. */
  readonly account: string | undefined;
}

/** What each type brings about. A type without an entry is checked like any other and has no effect. */
const effects: { readonly [Type in ActivityType]?: Receive } = {
  Accept: receiveAnswer,
  Announce: receiveAnnounce,
  Block: receiveBlock,
  Create: receiveCreate,
  Delete: receiveDelete,
  Flag: receiveFlag,
  Follow: receiveFollow,
  Like: receiveLike,
  Move: receiveMove,
  Reject: receiveAnswer,
  Undo: receiveUndo,
  Update: receiveUpdate,
};

/**
 * Takes an activity; once this resolves it is stored, durably, with all that it brings about. The same one again changes
 * nothing.
 * @throws ProtocolError unsupportedMediaType, tooLarge, notJson, badJson; notFound or gone for the inbox; unauthorized
 *   for the signature; forbidden for what its signer may not say; limitExceeded, unavailable
 */
export async function receiveActivity(social: Social, request: InboxRequest): Promise<void> {
  if (!isActivityStreams(request.contentType)) {
    throw new ProtocolError('unsupportedMediaType', 'An inbox takes application/activity+json.');
  }
  const document = readJsonDocument(request.body);
  activityTypeOf(document);
  const activity = readActivity(document);
  const owner = await ownerOf(social, request.account, activity);
  const prepared = prepareVerification({
    method: request.method,
    target: request.target,
    authority: social.host,
    headers: request.headers,
    body: request.body,
    now: social.clock.now(),
  });
  requirePlausibleSigner(social, activity, prepared);
  if (isDeletionOfActor(activity) && !(await isKnown(social, activity))) return;
  const signer = await verify(social, activity, prepared, owner);
  if (!signer) return;
  checkAuthority(activity);
  const receive = effects[activity.type];
  if (receive) await carryOut(social, receive, activity, signer, prepared.signedAt, request.body);
}

interface Owner {
  readonly account: AccountRecord;
  /** It blocks the actor. */
  readonly blocks: boolean;
}

/** Whose inbox it is. At the inbox that all share nobody is turned away: a block has to do with one account alone. */
async function ownerOf(
  { database }: Social,
  name: string | undefined,
  { actor }: IncomingActivity,
): Promise<Owner | undefined> {
  if (name === undefined) return undefined;
  return database.read(async (reader) => {
    const [account, block] = await Promise.all([
      requireAccount(reader, name),
      reader.blocks.against(name, actor),
    ]);
    return { account, blocks: block !== undefined };
  });
}

/** What the key's id tells before the key is had: it lies with its owner, who must be the actor (FEP-fe34). */
function requirePlausibleSigner(
  { origin }: Social,
  { actor }: IncomingActivity,
  { keyId }: PreparedSignature,
): void {
  if (!sameOrigin(keyId, actor)) throw notTheActor();
  if (originOf(actor) === origin) {
    throw new ProtocolError('forbidden', 'Actors of this server do not post to its inboxes.');
  }
}

function isDeletionOfActor({ type, actor, object }: IncomingActivity): boolean {
  return type === 'Delete' && object.id === actor;
}

/**
 * Servers tell everybody when an account is deleted, and its key is gone by then: what concerns nobody here must not make
 * us look for it.
 */
async function isKnown({ database }: Social, { actor }: IncomingActivity): Promise<boolean> {
  const known = await database.read((reader) => reader.remoteActor(actor));
  return known !== undefined && known.goneAt === undefined;
}

/** Undefined where there is nothing to verify with and nothing to do: the actor deletes itself, and is gone. */
async function verify(
  social: Social,
  activity: IncomingActivity,
  prepared: PreparedSignature,
  owner: Owner | undefined,
): Promise<Signer | undefined> {
  const { foreignKeys } = social;
  let signer: Signer;
  try {
    if (owner?.blocks) {
      // Of whom it blocks nothing is fetched, and only the actor itself gets to know that it is blocked.
      if (!takesAway(activity)) {
        requireActor(await foreignKeys.verifyByKept(prepared), activity);
        throw new ProtocolError('forbidden', 'This inbox takes nothing from this actor.');
      }
      signer = await foreignKeys.verify(prepared);
    } else signer = await foreignKeys.verify(prepared, owner && getterOf(social, owner));
  } catch (error) {
    if (!isGone(error)) throw error;
    if (isDeletionOfActor(activity)) return undefined;
    throw new ProtocolError('unauthorized', `The key of the signature cannot be had: ${error.message}`);
  }
  requireActor(signer, activity);
  return signer;
}

/** What an actor takes back that has come in before: that is heard of whom an account blocks, too, or it would stay. */
function takesAway({ type }: IncomingActivity): boolean {
  return type === 'Delete' || type === 'Undo';
}

function getterOf(social: Social, { account }: Owner): Getter {
  return { ...social.getter, signGet: signGetWith(signingKeyOf(social, account), social.clock) };
}

function requireActor(signer: Signer, { actor }: IncomingActivity): void {
  if (signer.actor.uri !== actor) throw notTheActor();
}

async function carryOut(
  social: Social,
  receive: Receive,
  activity: IncomingActivity,
  signer: Signer,
  signedAt: number,
  body: Uint8Array,
): Promise<void> {
  const { database, clock } = social;
  const now = clock.now();
  const json = Buffer.from(body).toString('utf8');
  // Everything that must be the same when the transaction runs again is made before it.
  const received = { social, author: signer.actor, json, signedAt, now };
  // Not declared idempotent: run again after a commit of unknown outcome it would take its own traces for a repetition.
  const isStored = await database.write(async (writer) => {
    const known = await writer.activity(activity.id);
    if (known && known.actor !== activity.actor) {
      throw new ProtocolError('forbidden', 'There is an activity of this id by another actor.');
    }
    if (known && activity.type !== 'Follow') return false;
    const named = await nameObject(writer, social, activity);
    if (!named) {
      if (activity.type === 'Undo') return false;
      throw new ProtocolError('forbidden', 'There is no Follow between these two that this actor was sent.');
    }
    const effect = await receive(writer, { ...received, activity: named, known });
    if (effect === 'none') return false;
    if (!signer.stored && effect !== 'actorStored') await storeRemoteActor(writer, signer);
    if (!known) {
      await writer.addActivity(
        {
          uri: activity.id,
          type: activity.type,
          actor: activity.actor,
          object: named.object.id,
          listed: false,
          storedAt: signedAt,
        },
        json,
      );
    }
    return true;
  });
  if (!isStored) return;
  signer.stored = true;
  // What an actor says of itself may change its keys.
  if (activity.object.id === activity.actor) social.foreignKeys.forget(activity.actor);
}

function notTheActor(): ProtocolError {
  return new ProtocolError('forbidden', 'The signature is not by the actor of the activity.');
}
