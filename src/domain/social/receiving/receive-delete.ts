// Delete (ActivityPub section 7.4): a note becomes a tombstone, also where it has not come yet; an actor that deletes
// itself takes its relations and its notes with it.
import type { SocialWriter } from '#databases/social/social-writer';
import type { Receive, Received } from '#domain/social/receiving/received';
import { endRemoteActor } from '#domain/social/spreading/end-remote-actor';
import { withdrawNote } from '#domain/social/spreading/withdraw-note';
import { originOf } from '#protocol/activitypub/uris';
import { ProtocolError } from '#support/errors';

export const receiveDelete: Receive = async (writer, received) => {
  const { activity, author, now } = received;
  const { object } = activity;
  if (object.id === activity.actor) return deleteActor(writer, received);
  if (await writer.remoteActor(object.id)) {
    throw new ProtocolError('forbidden', 'An actor may delete only itself.');
  }
  const known = await writer.note(object.id);
  const isAuthors = known?.author === author.uri;
  if (known?.state === 'present' && !isAuthors) {
    throw new ProtocolError('forbidden', 'Only its author may delete a note.');
  }
  if (known?.state === 'deleted' && isAuthors) return 'none';
  // A note that nobody here could have been sent need not be remembered.
  if (!known && !(await writer.remoteActor(author.uri))) return 'none';
  const origin = originOf(object.id);
  // Whose it was is not known before it comes: the latest to delete it is remembered, and it counts only against a note
  // of that same actor.
  const since = known && isAuthors ? known : { origin, uri: object.id, author: author.uri, storedAt: now };
  await writer.putNote({ ...since, state: 'deleted' }, undefined);
  await withdrawNote(writer, received.social, object.id);
  return 'stored';
};

async function deleteActor(writer: SocialWriter, { social, author, now }: Received): Promise<'actorStored'> {
  await writer.putRemoteActor({ ...author, goneAt: now }, []);
  await endRemoteActor(writer, social, author.uri);
  return 'actorStored';
}
