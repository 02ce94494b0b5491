// Every record type of the social database, for what goes through all of them: tables, checks, copies.
import { accounts } from '#databases/social/records/accounts';
import { activities } from '#databases/social/records/activities';
import { actorKeys } from '#databases/social/records/actor-keys';
import { deliveries } from '#databases/social/records/deliveries';
import { failingHosts } from '#databases/social/records/failing-hosts';
import { fanOuts } from '#databases/social/records/fan-outs';
import { followerInboxes } from '#databases/social/records/follower-inboxes';
import { followers } from '#databases/social/records/followers';
import { following } from '#databases/social/records/following';
import { hostTurns } from '#databases/social/records/host-turns';
import { messages } from '#databases/social/records/messages';
import { notes } from '#databases/social/records/notes';
import { posts } from '#databases/social/records/posts';
import { remoteActors } from '#databases/social/records/remote-actors';

export const recordTypes = {
  accounts,
  activities,
  actorKeys,
  deliveries,
  failingHosts,
  fanOuts,
  followerInboxes,
  followers,
  following,
  hostTurns,
  messages,
  notes,
  posts,
  remoteActors,
} as const;
