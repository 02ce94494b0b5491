// The public keys of actors elsewhere, found by the key id that a signature names.
import { declareRecord } from '#databases/social/records/record-type';
import type { Uri } from '#protocol/activitypub/uris';

export interface ActorKeyRecord {
  readonly id: Uri;
  readonly actor: Uri;
  /** SPKI in PEM. */
  readonly publicKey: string;
  /** Milliseconds since the Unix epoch. */
  readonly fetchedAt: number;
}

export const actorKeys = declareRecord<ActorKeyRecord>()({
  name: 'actorKeys',
  about: 'A public key of an actor elsewhere, as its own document gave it',
  fields: { id: 'uri', actor: 'uri', publicKey: 'text', fetchedAt: 'integer' },
  key: ['id'],
  listings: { byActor: { by: ['actor'], holds: 'record' } },
});
