// Which post a person means by a URI, and whose it is: one of ours, one that has come in, or one elsewhere, which is fetched
// with the person's own signature, so that its server says whether she may read it.
import type { AccountRecord } from '#databases/social/records/accounts';
import type { NoteRecord } from '#databases/social/records/notes';
import type { Visibility } from '#databases/social/records/posts';
import type { SocialReader } from '#databases/social/social-reader';
import type { SocialWriter } from '#databases/social/social-writer';
import { signingKeyOf } from '#domain/social/local-actors';
import { isOpen, maySee, ownPostOf } from '#domain/social/receiving/own-posts';
import { noteRecord } from '#domain/social/receiving/receive-create';
import { type RemoteActorRecords, storeRemoteActor, toRecords } from '#domain/social/remote-actor-records';
import type { Social } from '#domain/social/social';
import type { Getter } from '#network/follow-redirects';
import { fetchActor } from '#network/remote-actors';
import { RemoteError } from '#network/remote-error';
import { fetchNote } from '#network/remote-notes';
import { signGetWith } from '#network/signing-key';
import { actorUri, parseLocalUri, postUri } from '#protocol/activitypub/actor-uris';
import { visibilityOf } from '#protocol/activitypub/addressing';
import { type JsonObject, readJsonDocument } from '#protocol/activitypub/json-document';
import { readNote } from '#protocol/activitypub/read-note';
import { normaliseUri, originOf, type Uri } from '#protocol/activitypub/uris';
import { ProtocolError } from '#support/errors';

export interface FoundNote {
  readonly uri: Uri;
  readonly author: Uri;
  readonly visibility: Visibility;
  readonly document: JsonObject;
  readonly from: 'ours' | 'stored' | 'fetched';
  /** The account whose post it is, where it is one of ours. */
  readonly owner?: string;
  /** The author, where that is an actor elsewhere: what is known of it, or what was fetched. */
  readonly remote?: RemoteActorRecords['actor'];
  /** What is to be stored before anything refers to it: `keepNote`. */
  readonly fetched?: { readonly note: NoteRecord; readonly author?: RemoteActorRecords };
}

/**
 * Finds a post for an account, which may read it; without an account, one that anybody may read.
 * @throws ProtocolError invalidParam; notFound, also for what is not for this account; RemoteError
 */
export async function findNote(
  social: Social,
  account: AccountRecord | undefined,
  text: string,
): Promise<FoundNote> {
  const uri = parsePostUri(social, text);
  if (originOf(uri) === social.origin) {
    const own = await social.database.read((reader) => findOwn(reader, social, account, uri));
    if (!own) throw noSuchPost(text);
    return own;
  }
  const stored = await social.database.read((reader) => findStored(reader, account, uri));
  return stored ?? (await fetch(social, account, uri));
}

/**
 * Checks that the note has not been deleted meanwhile, and stores what was fetched with it: to be called by the transaction
 * that refers to it.
 * @throws ProtocolError notFound
 */
export async function keepNote(
  writer: SocialWriter,
  social: Pick<Social, 'origin'>,
  { uri, from, author, fetched, document }: FoundNote,
): Promise<void> {
  if (from === 'ours') {
    if (!(await ownPostOf(writer, social, uri))) throw noSuchPost(uri);
    return;
  }
  const known = await writer.note(uri);
  if (known?.state === 'deleted' && known.author === author) throw noSuchPost(uri);
  if (fetched?.author) await storeRemoteActor(writer, fetched.author);
  // What came in meanwhile is at least as new.
  if (fetched && known?.state !== 'present') await writer.putNote(fetched.note, JSON.stringify(document));
}

/**
 * The id of a post of ours, also by its page for people (`/@alice/…`) or with a query; any other URI as it is. Throws
 * invalidParam.
 */
export function parsePostUri({ origin }: Pick<Social, 'origin'>, text: string): Uri {
  const uri = normaliseUri(text);
  if (uri === undefined) {
    throw new ProtocolError('invalidParam', `"${text.slice(0, 256)}" is not the address of a post.`);
  }
  if (originOf(uri) !== origin) return uri;
  const path = new URL(uri).pathname.replace(
    /^\/@([^/]+)\/([^/]+)$/,
    (_, name: string, id: string) => `/users/${name.toLowerCase()}/posts/${id}`,
  );
  const local = parseLocalUri(origin, origin + path);
  return local?.kind === 'post' ? postUri(actorUri(origin, local.name), local.id) : uri;
}

async function findOwn(
  reader: SocialReader,
  social: Social,
  account: AccountRecord | undefined,
  uri: Uri,
): Promise<FoundNote | undefined> {
  const post = await ownPostOf(reader, social, uri);
  if (!post) return undefined;
  const isVisible =
    account === undefined
      ? isOpen(post)
      : account.name === post.account ||
        (await maySee(reader, social, post, actorUri(social.origin, account.name)));
  const json = isVisible ? await reader.postJson(post.account, post.id) : undefined;
  if (json === undefined) return undefined;
  const author = actorUri(social.origin, post.account);
  const document = readJsonDocument(Buffer.from(json));
  const { visibility, id } = post;
  return { uri: postUri(author, id), author, visibility, document, from: 'ours', owner: post.account };
}

async function findStored(
  reader: SocialReader,
  account: AccountRecord | undefined,
  uri: Uri,
): Promise<FoundNote | undefined> {
  const record = await reader.note(uri);
  const json = record?.state === 'present' ? await reader.noteJson(uri) : undefined;
  const remote = record && (await reader.remoteActor(record.author));
  if (!record || json === undefined || !remote) return undefined;
  if (remote.goneAt !== undefined) throw noSuchPost(uri);
  const document = readJsonDocument(Buffer.from(json));
  const visibility = visibilityOf(readNote(document), remote.followers);
  const isVisible = isOpen({ visibility }) || (account && (await reader.message(account.name, uri)));
  if (!isVisible) return undefined;
  return { uri, author: record.author, visibility, document, from: 'stored', remote };
}

async function fetch(social: Social, account: AccountRecord | undefined, uri: Uri): Promise<FoundNote> {
  const getter: Getter = account
    ? { ...social.getter, signGet: signGetWith(signingKeyOf(social, account), social.clock) }
    : social.getter;
  const { note, document } = await fetchNote(getter, uri);
  // Others may lead to posts of ours, too.
  if (originOf(note.id) === social.origin) return findNote(social, account, note.id);
  const known = await social.database.read((reader) => reader.note(note.id));
  if (known?.state === 'deleted' && known.author === note.attributedTo) throw noSuchPost(uri);
  if (known?.state === 'present' && known.author !== note.attributedTo) {
    throw new RemoteError('invalid', `The post at ${uri} has changed its author`);
  }
  const now = social.clock.now();
  const stored = await social.database.read((reader) => reader.remoteActor(note.attributedTo));
  const author =
    stored && stored.goneAt === undefined
      ? undefined
      : toRecords(await fetchActor(getter, note.attributedTo), now);
  const remote = author?.actor ?? stored;
  if (remote?.uri !== note.attributedTo) {
    throw new RemoteError('invalid', `The author of ${note.id} is not the actor at ${note.attributedTo}`);
  }
  return {
    uri: note.id,
    author: note.attributedTo,
    visibility: visibilityOf(note, remote.followers),
    document,
    from: 'fetched',
    remote,
    fetched: { note: noteRecord(note, now), ...(author ? { author } : {}) },
  };
}

function noSuchPost(text: string): ProtocolError {
  return new ProtocolError('notFound', `There is no post at ${text.slice(0, 256)}.`);
}
