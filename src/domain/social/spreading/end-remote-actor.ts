// The end of an actor elsewhere (ActivityPub section 7.4): whom it followed, who followed it or asked to, and what it wrote.
import type { SocialWriter } from '#databases/social/social-writer';
import type { Social } from '#domain/social/social';
import { ending, endPage } from '#domain/social/spreading/ending';
import { withdrawNote } from '#domain/social/spreading/withdraw-note';
import { lookAgain } from '#domain/social/tasks/look-again';
import { newTask, type TaskStep, taskDone } from '#domain/social/tasks/tasks';
import type { Uri } from '#protocol/activitypub/uris';

/** The notes that one transaction withdraws are in many inboxes each. */
const noteWeight = 20;

/** To be called by the transaction that marks the actor as gone; its keys go with that. */
export async function endRemoteActor(writer: SocialWriter, social: Social, actor: Uri): Promise<void> {
  const rest = await endPage(kindsOf(writer, social, actor));
  if (rest) await writer.tasks.add(newTask(social, 'endRemoteActor', { actor, ...rest }));
  await lookAgain(writer, social, 'endRemoteActor', { actor });
}

/** The task `endRemoteActor`: the next page, unless the actor is back. */
export const stepEndRemoteActor: TaskStep = ({ social, finish }, { data }) =>
  finish(async (writer) => {
    const actor = data.actor as Uri;
    if ((await writer.remoteActor(actor))?.goneAt === undefined) return taskDone;
    const rest = await endPage(kindsOf(writer, social, actor), data);
    return rest ? { next: 'continue', data: { actor, ...rest } } : taskDone;
  });

function kindsOf(writer: SocialWriter, social: Social, actor: Uri) {
  return {
    followers: ending({
      list: (page) => writer.followedBy(actor, page),
      end: async ({ account }) => void (await writer.removeFollower(account, actor)),
    }),
    followings: ending({
      list: (page) => writer.localFollowers(actor, page),
      end: async ({ account }) => void (await writer.removeFollowing(account, actor)),
    }),
    requests: ending({
      list: (page) => writer.localFollowers(actor, page, 'pending'),
      end: async ({ account }) => void (await writer.removeFollowing(account, actor)),
    }),
    notes: ending({
      weight: noteWeight,
      list: (page) => writer.notesBy(actor, page),
      async end(note) {
        if (note.state === 'deleted') return;
        await writer.putNote({ ...note, state: 'deleted' }, undefined);
        await withdrawNote(writer, social, note.uri);
      },
    }),
  };
}
