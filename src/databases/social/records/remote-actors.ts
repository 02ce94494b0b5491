// What we last read of actors elsewhere: a cache, except that others' followers and notes refer to it by URI.
import { declareRecord } from '#databases/social/records/record-type';
import type { Uri } from '#protocol/activitypub/uris';

export interface RemoteActorRecord {
  readonly uri: Uri;
  readonly type: string;
  readonly preferredUsername: string;
  /** Text, not HTML. */
  readonly name: string;
  readonly url: Uri;
  readonly inbox: Uri;
  readonly sharedInbox?: Uri;
  readonly followers?: Uri;
  readonly manuallyApprovesFollowers: boolean;
  /** When the document was read, in milliseconds since the Unix epoch. */
  readonly fetchedAt: number;
  /** When its server said that there is no such actor any more. */
  readonly goneAt?: number;
  /** The actor that it says to be from now on, which says so, too; and when that was found, as above. */
  readonly movedTo?: Uri;
  readonly movedAt?: number;
}

export const remoteActors = declareRecord<RemoteActorRecord>()({
  name: 'remoteActors',
  about: 'What an actor elsewhere said of itself when it was last asked',
  fields: {
    uri: 'uri',
    type: 'text',
    preferredUsername: 'text',
    name: 'text',
    url: 'uri',
    inbox: 'uri',
    sharedInbox: 'uri?',
    followers: 'uri?',
    manuallyApprovesFollowers: 'flag',
    fetchedAt: 'integer',
    goneAt: 'integer?',
    movedTo: 'uri?',
    movedAt: 'integer?',
  },
  key: ['uri'],
});
