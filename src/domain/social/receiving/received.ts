// What a handler of one type of activity is given and what it answers. Handlers run inside the transaction: they may run
// twice, and do nothing but read, judge and write.
import type { ActivityRecord } from '#databases/social/records/activities';
import type { RemoteActorRecord } from '#databases/social/records/remote-actors';
import type { SocialWriter } from '#databases/social/social-writer';
import type { Social } from '#domain/social/social';
import type { IncomingActivity, NamedObject } from '#protocol/activitypub/read-activity';

/** An activity of whose object it is known which it is. */
export interface NamedActivity extends IncomingActivity {
  readonly object: NamedObject;
}

/** An activity whose signer is its actor, and who may speak of its object as far as the activity alone can tell. */
export interface Received {
  readonly social: Social;
  readonly activity: NamedActivity;
  readonly author: RemoteActorRecord;
  /** As it was sent. */
  readonly json: string;
  /** By the sender's clock, in milliseconds since the Unix epoch. */
  readonly signedAt: number;
  /** By ours. */
  readonly now: number;
  /** The activity of this id that came in before. Only a Follow is handed on when there is one. */
  readonly known: ActivityRecord | undefined;
}

/** `none`: there was nothing to do, and nothing is stored. `actorStored`: what is known of its actor is stored already. */
export type Effect = 'stored' | 'actorStored' | 'none';

/** @throws ProtocolError for what is not allowed, which undoes everything */
export type Receive = (writer: SocialWriter, received: Received) => Promise<Effect>;
