// Update (ActivityPub section 7.3): a note that we have is replaced by a newer state of itself, an actor that we know by
// what it says of itself now.

import type { SocialWriter } from '#databases/social/social-writer';
import { noteRecord } from '#domain/social/receiving/receive-create';
import type { Receive, Received } from '#domain/social/receiving/received';
import { haveInboxesChanged, refreshRelations } from '#domain/social/receiving/refresh-relations';
import { storeRemoteActor, toRecords } from '#domain/social/remote-actor-records';
import type { JsonObject } from '#protocol/activitypub/json-document';
import { isActor, readActor } from '#protocol/activitypub/read-actor';
import { isPost, readNote } from '#protocol/activitypub/read-note';
import { ProtocolError } from '#support/errors';

export const receiveUpdate: Receive = async (writer, received) => {
  const { object, actor } = received.activity;
  const { embedded } = object;
  if (!embedded) throw new ProtocolError('badJson', 'An Update must embed its object.');
  if (object.id === actor) return updateActor(writer, received, embedded);
  return isPost(embedded) ? updateNote(writer, received, embedded) : 'none';
};

async function updateActor(
  writer: SocialWriter,
  { social, author, now }: Received,
  embedded: JsonObject,
): Promise<'actorStored' | 'none'> {
  const known = isActor(embedded) ? await writer.remoteActor(author.uri) : undefined;
  if (!known) return 'none';
  const records = toRecords(readActor(embedded), now);
  if (haveInboxesChanged(known, records.actor)) await refreshRelations(writer, social, records.actor);
  await storeRemoteActor(writer, records);
  return 'actorStored';
}

async function updateNote(
  writer: SocialWriter,
  { author, now }: Received,
  embedded: JsonObject,
): Promise<'stored' | 'none'> {
  const note = readNote(embedded);
  const known = await writer.note(note.id);
  if (!known || known.state === 'deleted') return 'none';
  if (known.author !== author.uri) throw new ProtocolError('forbidden', 'Only its author may change a note.');
  // What is older than what is known came late; without a time it counts as made now.
  const changedAt = note.updated ?? note.published ?? now;
  if (changedAt < (known.updatedAt ?? known.publishedAt ?? 0)) return 'none';
  await writer.putNote(
    { ...noteRecord(note, known.storedAt), updatedAt: changedAt },
    JSON.stringify(embedded),
  );
  return 'stored';
}
