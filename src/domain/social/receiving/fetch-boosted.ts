// The task `fetchBoosted`: a note that somebody has boosted is had from its own server, since nobody's word is taken for
// what others have written. It counts only where it is found under its own name, is by an actor of that server, and is
// for everybody (ActivityPub section 7.11; FEP-fe34).
import type { SocialWriter } from '#databases/social/social-writer';
import { type FoundNote, findNote, keepNote } from '#domain/social/find-note';
import { askOthers } from '#domain/social/receiving/ask-others';
import { askerFor } from '#domain/social/receiving/asker';
import { isOpen } from '#domain/social/receiving/own-posts';
import { spreadBoost } from '#domain/social/receiving/spread-boost';
import type { Social } from '#domain/social/social';
import { type TaskStep, taskDone } from '#domain/social/tasks/tasks';
import { requireUri, type Uri } from '#protocol/activitypub/uris';

export const stepFetchBoosted: TaskStep = async (context, task) => {
  const { social, finish } = context;
  const { data } = task;
  const object = requireUri(data.object, 'object');
  const actor = requireUri(data.actor, 'actor');
  const asker = await social.database.read(async (reader) => {
    const isWanted = (await reader.reactions.boost(object, actor)) !== undefined;
    return isWanted ? askerFor(reader, actor, object) : undefined;
  });
  if (asker === undefined) return taskDone;
  const asked = await askOthers(context, task, object, (within) => findNote(within, asker, object));
  if ('next' in asked) return asked.next;
  const { found } = asked;
  // What only leads to a note is not what was boosted.
  if (found.uri !== object || !isOpen(found)) return taskDone;
  return finish(async (writer) => {
    await store(writer, social, found, actor);
    return taskDone;
  });
};

async function store(writer: SocialWriter, social: Social, found: FoundNote, actor: Uri): Promise<void> {
  const [boost, known] = await Promise.all([
    writer.reactions.boost(found.uri, actor),
    writer.note(found.uri),
  ]);
  // Taken back meanwhile, by the one or by the other.
  if (!boost || (known?.state === 'deleted' && known.author === found.author)) return;
  await keepNote(writer, social, found);
  await spreadBoost(writer, social, boost, found.author, social.clock.now());
}
