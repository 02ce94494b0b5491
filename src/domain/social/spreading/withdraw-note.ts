// A note is taken out of the inboxes that it is in: a page of them in the transaction that deletes it, the rest by a task.
// The note itself is a tombstone by then, so that nobody is shown what is still to be withdrawn.
import type { Place } from '#databases/social/record-access';
import type { SocialWriter } from '#databases/social/social-writer';
import type { Social } from '#domain/social/social';
import { lookAgain } from '#domain/social/tasks/look-again';
import { newTask, type TaskData, type TaskNext, type TaskStep, taskDone } from '#domain/social/tasks/tasks';
import type { Uri } from '#protocol/activitypub/uris';
import { spreadPageMax } from '#support/limits';

/** To be called by the transaction that deletes a note or a post. */
export async function withdrawNote(writer: SocialWriter, social: Social, note: Uri): Promise<void> {
  const rest = await withdrawPage(writer, note, undefined);
  const data: TaskData | undefined = rest ? { note, after: rest } : undefined;
  if (data) await writer.tasks.add(newTask(social, 'withdrawNote', data));
  await lookAgain(writer, social, 'withdrawNote', { note });
}

/** The task `withdrawNote`: the next page. */
export const stepWithdrawNote: TaskStep = ({ finish }, { data }) =>
  finish(async (writer): Promise<TaskNext> => {
    const note = data.note as Uri;
    const rest = await withdrawPage(writer, note, data.after as Place | undefined);
    return rest === undefined ? taskDone : { next: 'continue', data: { note, after: rest } };
  });

/** Answers where the next page begins, if there is one. */
async function withdrawPage(
  writer: SocialWriter,
  note: Uri,
  after: Place | undefined,
): Promise<Place | undefined> {
  const page = await writer.messagesOfNote(note, { limit: spreadPageMax, cursor: after, oldestFirst: true });
  for (const message of page.items) await writer.removeMessage(message);
  return page.next;
}
