// A note comes into the inboxes of our own people: of those whom it names, and of those who follow its author or whoever
// boosted it. The transaction that stores the note sees to a page of followers; a task sees to the rest, newest relations
// first, so that whoever follows later is not among them.
import type { Place } from '#databases/social/record-access';
import type { SocialReader } from '#databases/social/social-reader';
import type { SocialWriter } from '#databases/social/social-writer';
import { queueMessageHook } from '#domain/social/hooks/queue-hook';
import { localNameOf } from '#domain/social/local-actors';
import type { Social } from '#domain/social/social';
import { silencedBy } from '#domain/social/spreading/silenced';
import { newTask, type TaskData, type TaskNext, type TaskStep, taskDone } from '#domain/social/tasks/tasks';
import { parseLocalUri } from '#protocol/activitypub/actor-uris';
import type { Origin, Uri } from '#protocol/activitypub/uris';
import { spreadPageMax } from '#support/limits';

export interface SpreadNote {
  readonly note: Uri;
  /** The server that vouches for it. */
  readonly origin: Origin;
  readonly author: Uri;
  /** Whose followers it is for, where it comes in that way and not from its author. */
  readonly boostedBy?: Uri;
  /** Accounts that it is for whomever they follow. */
  readonly named: Iterable<string>;
  readonly toFollowers: boolean;
  /** Milliseconds since the Unix epoch. */
  readonly now: number;
}

/**
 * To be called by the transaction that stores the note. Those who block its author or who boosted it do not get it, nor
 * does its author, whoever boosts it.
 * Answers whether it is for anybody here.
 */
export async function spreadNote(writer: SocialWriter, social: Social, spread: SpreadNote): Promise<boolean> {
  const { named, toFollowers, ...note } = spread;
  const page = toFollowers ? await followersOf(writer, note, undefined) : { accounts: [], rest: undefined };
  const isForAnybody = await give(writer, social, note, new Set([...named, ...page.accounts]));
  if (page.rest === undefined) return isForAnybody;
  await writer.tasks.add(newTask(social, 'spreadNote', toData(note, page.rest)));
  return true;
}

/** The task `spreadNote`: the next page of followers, unless the note has gone. */
export const stepSpreadNote: TaskStep = ({ social, finish }, { data }) =>
  finish(async (writer): Promise<TaskNext> => {
    const { note, before } = fromData(data);
    if (!(await isPresent(writer, social, note))) return taskDone;
    const page = await followersOf(writer, note, before);
    await give(writer, social, note, new Set(page.accounts));
    return page.rest === undefined ? taskDone : { next: 'continue', data: toData(note, page.rest) };
  });

type Note = Omit<SpreadNote, 'named' | 'toFollowers'>;

interface Followers {
  readonly accounts: readonly string[];
  /** Where the next page begins, if there is one. */
  readonly rest: Place | undefined;
}

async function followersOf(
  reader: SocialReader,
  { author, boostedBy }: Note,
  before: Place | undefined,
): Promise<Followers> {
  const page = await reader.localFollowers(boostedBy ?? author, { limit: spreadPageMax, cursor: before });
  return { accounts: page.items.map(({ account }) => account), rest: page.next };
}

/** Answers whether it is for any of them. */
async function give(
  writer: SocialWriter,
  social: Social,
  { note, origin, author, boostedBy, now }: Note,
  accounts: ReadonlySet<string>,
): Promise<boolean> {
  const actors = boostedBy === undefined ? [author] : [author, boostedBy];
  const isSilenced = await silencedBy(writer, social.database.promises, actors, accounts);
  const writtenBy = localNameOf(social, author);
  let isForAnybody = false;
  for (const account of accounts) {
    if (account === writtenBy || (await isSilenced(account))) continue;
    isForAnybody = true;
    const boosted = boostedBy === undefined ? {} : { boostedBy };
    const message = { account, origin, note, author, ...boosted, receivedAt: now };
    if (await writer.addMessage(message)) await queueMessageHook(writer, social, message);
  }
  return isForAnybody;
}

/** It may have been deleted since, its author may have gone, or the boost been taken back. */
async function isPresent(
  reader: SocialReader,
  social: Social,
  { note, origin, author, boostedBy }: Note,
): Promise<boolean> {
  if (boostedBy !== undefined && !(await reader.reactions.boost(note, boostedBy))) return false;
  if (origin !== social.origin) {
    const [found, actor] = await Promise.all([reader.note(note, origin), reader.remoteActor(author)]);
    return found?.state === 'present' && actor?.goneAt === undefined;
  }
  const local = parseLocalUri(origin, note);
  return local?.kind === 'post' && (await reader.post(local.name, local.id))?.state === 'published';
}

function toData({ note, origin, author, boostedBy, now }: Note, before: Place): TaskData {
  return { note, origin, author, now, before, ...(boostedBy === undefined ? {} : { boostedBy }) };
}

function fromData(data: TaskData): { readonly note: Note; readonly before: Place } {
  const { note, origin, author, boostedBy, now, before } = data as TaskData & Note & { before: Place };
  return {
    note: { note, origin, author, now, ...(boostedBy === undefined ? {} : { boostedBy }) },
    before,
  };
}
