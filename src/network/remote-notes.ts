// Fetching a foreign note by its id, so that it can be believed: it lies where it says that it does, and its author on the
// same origin (FEP-fe34). Nothing is kept here: that is for callers.
import { asInvalid, fetchDocument } from '#network/fetch-document';
import type { Getter } from '#network/follow-redirects';
import type { JsonObject } from '#protocol/activitypub/json-document';
import { type ForeignNote, readNote } from '#protocol/activitypub/read-note';
import type { Uri } from '#protocol/activitypub/uris';

export interface FetchedNote {
  readonly note: ForeignNote;
  /** As it was sent. */
  readonly document: JsonObject;
}

/** The note's id may differ from `uri` where that only led to it: a page for people. Throws RemoteError. */
export async function fetchNote(getter: Getter, uri: Uri, signal?: AbortSignal): Promise<FetchedNote> {
  const { document } = await fetchDocument(getter, uri, signal);
  try {
    return { note: readNote(document), document };
  } catch (error) {
    throw asInvalid(error, 'The note cannot be read');
  }
}
