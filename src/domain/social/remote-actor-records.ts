// A foreign actor as we keep it: what was read of its document, and its keys.
import type { ActorKeyRecord } from '#databases/social/records/actor-keys';
import type { RemoteActorRecord } from '#databases/social/records/remote-actors';
import type { SocialWriter } from '#databases/social/social-writer';
import type { ForeignActor } from '#protocol/activitypub/read-actor';

export interface RemoteActorRecords {
  readonly actor: RemoteActorRecord;
  readonly keys: readonly ActorKeyRecord[];
}

/** @param fetchedAt milliseconds since the Unix epoch */
export function toRecords(foreign: ForeignActor, fetchedAt: number): RemoteActorRecords {
  const { id, type, preferredUsername, name, url, inbox, sharedInbox, followers } = foreign;
  return {
    actor: {
      uri: id,
      type,
      preferredUsername,
      name,
      url,
      inbox,
      ...(sharedInbox === undefined ? {} : { sharedInbox }),
      ...(followers === undefined ? {} : { followers }),
      manuallyApprovesFollowers: foreign.manuallyApprovesFollowers,
      fetchedAt,
    },
    keys: foreign.keys.map((key) => ({
      id: key.id,
      actor: id,
      publicKey: key.key.export({ type: 'spki', format: 'pem' }).toString(),
      fetchedAt,
    })),
  };
}

/** Whether it has moved is not for its document alone to say: that stays as it is known. */
export async function storeRemoteActor(
  writer: SocialWriter,
  { actor, keys }: RemoteActorRecords,
): Promise<void> {
  const known = await writer.remoteActor(actor.uri);
  const { movedTo, movedAt } = known ?? {};
  await writer.putRemoteActor(
    {
      ...actor,
      ...(movedTo === undefined ? {} : { movedTo }),
      ...(movedAt === undefined ? {} : { movedAt }),
    },
    keys,
  );
}
