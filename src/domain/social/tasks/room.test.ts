import { expect, it } from 'vitest';
import type { TaskRecord } from '#databases/social/records/tasks';
import { makeRoom } from '#domain/social/tasks/room';
import { taskRoomPauseMsMax } from '#support/limits';
import { handClock } from '#test/fixtures/social-server';

const task: TaskRecord = { dueAt: 0, id: '1', kind: 'callHook', data: { a: 1 }, attempts: 0, createdAt: 0 };

it('is for so many at once, and for others when one has left', () => {
  const room = makeRoom(handClock(), 2);
  const first = room.enter();
  expect(room.enter()).toBeDefined();
  expect(room.enter()).toBeUndefined();
  first?.[Symbol.dispose]();
  expect(room.enter()).toBeDefined();
  expect(room.enter()).toBeUndefined();
});

it('lets those who wait come back one after the other, at the pace of those before them', () => {
  const clock = handClock();
  const room = makeRoom(clock, 2);
  for (let i = 0; i < 50; i++) {
    const one = room.enter();
    clock.advance(10_000);
    one?.[Symbol.dispose]();
  }
  const now = clock.now();
  const dueAt = Array.from({ length: 100 }, () => {
    const next = room.putOff(task);
    expect(next).toMatchObject({ next: 'continue', data: task.data });
    return 'dueAt' in next ? (next.dueAt ?? 0) : 0;
  });
  expect(dueAt.every((at) => at > now && at <= now + taskRoomPauseMsMax)).toBe(true);
  // Two at once, ten seconds each.
  expect(dueAt.filter((at) => at <= now + 60_000).length).toBeLessThan(14);
  expect(dueAt.filter((at) => at <= now + 60_000).length).toBeGreaterThan(10);
  clock.advance(taskRoomPauseMsMax);
  for (let i = 0; i < 100; i++) room.enter()?.[Symbol.dispose]();
  const later = room.putOff(task);
  expect('dueAt' in later && later.dueAt).toBeLessThan(clock.now() + 1_000);
});
