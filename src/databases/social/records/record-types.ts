// Every record type of the social database, for what goes through all of them: tables, checks, copies. The fourteen
// databases are what people ask about; the others are what the server itself needs beside them.
import { accounts } from '#databases/social/records/accounts';
import { activities } from '#databases/social/records/activities';
import { actorKeys } from '#databases/social/records/actor-keys';
import { aliases } from '#databases/social/records/aliases';
import { blocks } from '#databases/social/records/blocks';
import { boosts } from '#databases/social/records/boosts';
import { copies } from '#databases/social/records/copies';
import { deliveries } from '#databases/social/records/deliveries';
import { failingHosts } from '#databases/social/records/failing-hosts';
import { fanOuts } from '#databases/social/records/fan-outs';
import { followerInboxes } from '#databases/social/records/follower-inboxes';
import { followers } from '#databases/social/records/followers';
import { following } from '#databases/social/records/following';
import { hostTurns } from '#databases/social/records/host-turns';
import { leases } from '#databases/social/records/leases';
import { likes } from '#databases/social/records/likes';
import { messages } from '#databases/social/records/messages';
import { notes } from '#databases/social/records/notes';
import { postTags } from '#databases/social/records/post-tags';
import { posts } from '#databases/social/records/posts';
import { properties } from '#databases/social/records/properties';
import { remoteActors } from '#databases/social/records/remote-actors';
import { tasks } from '#databases/social/records/tasks';

/** The fourteen databases of ActivityPub. */
export const databaseTypes = {
  accounts,
  activities,
  aliases,
  blocks,
  boosts,
  deliveries,
  followers,
  following,
  likes,
  messages,
  notes,
  posts,
  postTags,
  properties,
} as const;

export const recordTypes = {
  ...databaseTypes,
  actorKeys,
  copies,
  failingHosts,
  fanOuts,
  followerInboxes,
  hostTurns,
  leases,
  remoteActors,
  tasks,
} as const;
