// What happens between the fetch of a boosted note and the transaction that stores it.
import { beforeEach, expect, it } from 'vitest';
import type { TaskRecord } from '#databases/social/records/tasks';
import { stepFetchBoosted } from '#domain/social/receiving/fetch-boosted';
import type { TaskNext } from '#domain/social/tasks/tasks';
import { originOf } from '#protocol/activitypub/uris';
import { taskFetchesAtOnceMax } from '#support/limits';
import { silentLogger } from '#support/logging';
import { type InboxScene, inbox, openInboxScene, uri } from '#test/fixtures/inbox-scene';

let scene: InboxScene;
let mallory: string;
let note: string;
let task: TaskRecord;
beforeEach(async () => {
  scene = await openInboxScene();
  const { peer, evil, bob, activity, follows, clock } = scene;
  await follows('alice', bob);
  mallory = evil.actor('mallory');
  const served = scene.note({ attributedTo: mallory });
  note = served.id;
  evil.documents.set(note, { status: 200, json: served });
  await peer.post(inbox, activity('Announce', note));
  const [queued] = await scene.server.social.database.read((reader) => reader.tasks.due(clock.now(), 1));
  task = queued!;
});

/** One step, with what happens `meanwhile`. */
function step(
  meanwhile: () => Promise<unknown> = async () => undefined,
  signal = new AbortController().signal,
) {
  const { social } = scene.server;
  return stepFetchBoosted(
    {
      social,
      logger: silentLogger,
      signal,
      async finish(body) {
        await meanwhile();
        return social.database.write((writer): TaskNext | Promise<TaskNext> => body(writer));
      },
    },
    task,
  );
}

it('brings the note', async () => {
  await step();
  expect(await scene.notesOf('alice')).toEqual([note]);
});

it('brings nothing that has been deleted meanwhile', async () => {
  const gone = {
    origin: originOf(uri(note)),
    uri: uri(note),
    author: uri(mallory),
    state: 'deleted',
    storedAt: 0,
  } as const;
  await step(() => scene.server.social.database.write((writer) => writer.putNote(gone, undefined)));
  const { database } = scene.server.social;
  expect(await database.read((reader) => reader.count('messages'))).toBe(0);
  expect(await database.read((reader) => reader.note(uri(note)))).toEqual(gone);
});

it('brings nothing whose boost has been taken back meanwhile', async () => {
  await step(() =>
    scene.peer.post(inbox, scene.activity('Undo', { type: 'Announce', actor: scene.bob, object: note })),
  );
  expect(await scene.server.social.database.read((reader) => reader.count('messages'))).toBe(0);
});

it('waits where others are being asked already, and leaves room when it is done', async () => {
  const { rooms, clock } = scene.server.social;
  const places = () => Array.from({ length: taskFetchesAtOnceMax }, () => rooms.fetches.enter());
  const others = places();
  const next = await step();
  expect(next).toMatchObject({ next: 'continue', data: task.data });
  expect('dueAt' in next && next.dueAt).toBeGreaterThan(clock.now());
  expect(scene.evil.asked).toEqual([]);
  for (const other of others) other?.[Symbol.dispose]();
  await step();
  expect(scene.evil.asked).toContain(note);
  expect(places().every((place) => place !== undefined)).toBe(true);
});

it('ends with whoever carries it out', async () => {
  const abort = new AbortController();
  abort.abort();
  await expect(step(undefined, abort.signal)).rejects.toThrow();
  expect(scene.evil.asked).toEqual([]);
});
