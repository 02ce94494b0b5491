// Create (ActivityPub section 7.2) of a note that comes embedded: it goes to the inboxes of those of our people who
// follow its author, as far as it is meant for followers, and of those whom it names.
import type { SocialWriter } from '#databases/social/social-writer';
import { localNameOf } from '#domain/social/local-actors';
import type { Receive, Received } from '#domain/social/receiving/received';
import { spreadNote } from '#domain/social/spreading/spread-note';
import { visibilityOf } from '#protocol/activitypub/addressing';
import { type ForeignNote, isPost, readNote } from '#protocol/activitypub/read-note';
import type { Addressing } from '#protocol/activitypub/reading';
import { originOf, type Uri } from '#protocol/activitypub/uris';
import { ProtocolError } from '#support/errors';

export const receiveCreate: Receive = async (writer, received) => {
  const { activity, now } = received;
  const { embedded } = activity.object;
  if (!embedded) throw new ProtocolError('badJson', 'A Create must embed its object.');
  if (!isPost(embedded)) return 'none';
  const note = readNote(embedded);
  if (isVote(received, note)) return 'none';
  const known = await writer.note(note.id);
  if (known?.author === note.attributedTo) {
    if (known.state === 'deleted') {
      throw new ProtocolError('forbidden', 'The note has been deleted, and does not come back.');
    }
  } else if (known?.state === 'present') {
    throw new ProtocolError('forbidden', 'There is a note of this id by another author.');
  }
  const isForAnybody = await spreadNote(writer, received.social, {
    note: note.id,
    origin: originOf(note.id),
    author: note.attributedTo,
    named: await namedHere(writer, received, note),
    toFollowers: isForFollowers(received, note),
    now,
  });
  if (!isForAnybody) {
    throw new ProtocolError(
      'forbidden',
      'The note is by nobody, and for nobody, whom anyone here follows or is.',
    );
  }
  // What another actor said was deleted before it came was not that actor's to delete.
  if (known?.state !== 'present') await writer.putNote(noteRecord(note, now), JSON.stringify(embedded));
  return 'stored';
};

/** What is known of a note that says when it was written or changed. */
export function noteRecord(note: ForeignNote, storedAt: number) {
  return {
    origin: originOf(note.id),
    uri: note.id,
    author: note.attributedTo,
    state: 'present' as const,
    ...(note.inReplyTo === undefined ? {} : { inReplyTo: note.inReplyTo }),
    ...(note.published === undefined ? {} : { publishedAt: note.published }),
    ...(note.updated === undefined ? {} : { updatedAt: note.updated }),
    storedAt,
  };
}

/**
 * A vote in a poll is sent as a note of a name alone that answers the question, to its author; it is not something to
 * read, and posts of ours ask nothing.
 */
function isVote({ social }: Received, { type, name, content, inReplyTo }: ForeignNote): boolean {
  const isBare = type === 'Note' && name !== undefined && content === '';
  return isBare && inReplyTo !== undefined && originOf(inReplyTo) === social.origin;
}

/** Whether it is for those who follow its author, too. */
function isForFollowers({ activity, author }: Received, note: ForeignNote): boolean {
  return [activity, note].some((addressing) => visibilityOf(addressing, author.followers) !== 'direct');
}

/** Those of our accounts that it is addressed to. */
async function namedHere(
  writer: SocialWriter,
  { social, activity }: Received,
  note: ForeignNote,
): Promise<Set<string>> {
  const named = new Set<string>();
  for (const uri of new Set([...recipients(activity), ...recipients(note)])) {
    const name = localNameOf(social, uri);
    const account = name === undefined ? undefined : await writer.account(name);
    if (account && account.deletedAt === undefined) named.add(account.name);
  }
  return named;
}

function recipients({ to, cc, bto, bcc, audience }: Addressing): readonly Uri[] {
  return [...to, ...cc, ...bto, ...bcc, ...audience];
}
