// Flag: a report about people or posts here (Activity Streams Vocabulary, "Flag"). It is kept whole, with all that it
// names, for whoever looks after this server; what is about nothing here is not ours to judge.
import type { Receive } from '#domain/social/receiving/received';
import { parseLocalUri } from '#protocol/activitypub/actor-uris';

export const receiveFlag: Receive = async (_writer, { social, activity }) => {
  const { flagged = [activity.object.id] } = activity;
  return flagged.some((uri) => isReportable(social.origin, uri)) ? 'stored' : 'none';
};

function isReportable(origin: Parameters<typeof parseLocalUri>[0], uri: string): boolean {
  const kind = parseLocalUri(origin, uri)?.kind;
  return kind === 'actor' || kind === 'post';
}
