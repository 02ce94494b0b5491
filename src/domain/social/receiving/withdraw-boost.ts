// The end of a boost: whoever has a note in the inbox by that boost alone has it no longer. It is taken away page by
// page, the first one at once and more by a task, since very many may follow the one who boosted.
import type { BoostRecord } from '#databases/social/records/boosts';
import type { MessageRecord } from '#databases/social/records/messages';
import type { SocialWriter } from '#databases/social/social-writer';
import { readPage } from '#domain/social/receiving/task-data';
import type { Social } from '#domain/social/social';
import { lookAgain } from '#domain/social/tasks/look-again';
import { newTask, type TaskData, type TaskStep, taskDone } from '#domain/social/tasks/tasks';
import { actorUri, parseLocalUri } from '#protocol/activitypub/actor-uris';
import { readJsonDocument } from '#protocol/activitypub/json-document';
import { readNote } from '#protocol/activitypub/read-note';
import { requireUri, type Uri } from '#protocol/activitypub/uris';
import { boostersLookedAtMax, messagesPageMax } from '#support/limits';

type Boost = Pick<BoostRecord, 'object' | 'actor'>;

export async function withdrawBoost(writer: SocialWriter, social: Social, boost: Boost): Promise<void> {
  const { object, actor } = boost;
  const rest = await withdrawPage(writer, social, { object, actor });
  await writer.reactions.removeBoost(object, actor);
  if (rest) await writer.tasks.add(newTask(social, 'withdrawBoost', rest));
  await lookAgain(writer, social, 'withdrawBoost', { object, actor });
}

/** The task `withdrawBoost`: the next page. */
export const stepWithdrawBoost: TaskStep = ({ social, finish }, { data }) =>
  finish(async (writer) => {
    const object = requireUri(data.object, 'object');
    const actor = requireUri(data.actor, 'actor');
    // Boosted anew meanwhile: who had lost it has got it back, and who has not keeps it.
    if (await writer.reactions.boost(object, actor)) return taskDone;
    const rest = await withdrawPage(writer, social, { object, actor }, data);
    return rest ? { next: 'continue', data: rest } : taskDone;
  });

/** Answers with what is left to do. */
async function withdrawPage(
  writer: SocialWriter,
  social: Social,
  { object, actor }: Boost,
  data: TaskData = {},
): Promise<TaskData | undefined> {
  const { items, next } = await writer.messagesOfNote(object, readPage(data, messagesPageMax));
  const boosts = await writer.reactions.boostsOf(object, { limit: boostersLookedAtMax });
  const others = boosts.items.map((boost) => boost.actor).filter((other) => other !== actor);
  const named = await namedIn(writer, social, object);
  for (const listed of items) {
    // A listing may lag behind the records.
    const message = await writer.message(listed.account, object);
    if (message?.boostedBy !== actor) continue;
    const { boostedBy: _ended, ...itself } = message;
    if (
      named.has(actorUri(social.origin, message.account)) ||
      (await follows(writer, message, message.author))
    ) {
      await writer.putMessage(itself);
      continue;
    }
    const other = await firstFollowed(writer, message, others);
    if (other === undefined) await writer.removeMessage(message);
    else await writer.putMessage({ ...itself, boostedBy: other });
  }
  return next === undefined ? undefined : { object, actor, cursor: next };
}

async function firstFollowed(
  writer: SocialWriter,
  message: MessageRecord,
  actors: readonly Uri[],
): Promise<Uri | undefined> {
  for (const actor of actors) if (await follows(writer, message, actor)) return actor;
  return undefined;
}

async function follows(writer: SocialWriter, { account }: MessageRecord, actor: Uri): Promise<boolean> {
  return (await writer.following(account, actor))?.state === 'accepted';
}

/** Whom a note is addressed to: they have got it in their own right. */
async function namedIn(writer: SocialWriter, { origin }: Social, uri: Uri): Promise<ReadonlySet<Uri>> {
  const local = parseLocalUri(origin, uri);
  const json =
    local?.kind === 'post' ? await writer.postJson(local.name, local.id) : await writer.noteJson(uri);
  if (json === undefined) return new Set();
  const { to, cc, bto, bcc, audience } = readNote(readJsonDocument(Buffer.from(json)));
  return new Set([...to, ...cc, ...bto, ...bcc, ...audience]);
}
