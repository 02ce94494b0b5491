// Judges what a run has written down. The transactions that wrote, one after the other in the order of their stamps, on
// a plain map, must explain everything: that is strict serializability.
import { expect } from 'vitest';
import {
  applyAction,
  entriesOf,
  isWithin,
  noStamp,
  type State,
  stampedKey,
  type WorkingState,
} from './oracle.ts';
import type { Action, TextRange } from './plan.ts';
import type { Act, Attempt, Result, WatchRecord } from './run-plan.ts';

/** A state of the store, and the stamp of the commit that made it. */
interface Moment {
  readonly stamp: string;
  readonly state: State;
}

const changes: ReadonlySet<Action['kind']> = new Set([
  'set',
  'clear',
  'clearRange',
  'add',
  'max',
  'stampedKey',
  'stampedValue',
]);

/** Throws if no serial order in stamp order explains the attempts; the last of the answered states is the final one. */
export function judge(attempts: readonly Attempt[]): State {
  const moments = replay(attempts);
  for (const attempt of attempts) {
    expect(attempt.outcome).not.toBe('open');
    judgeRefusal(attempt);
    judgeConflicts(attempt, attempts);
    judgePosition(attempt, moments);
    for (const watch of attempt.watches) judgeWatch(watch, attempt, moments);
  }
  return moments.at(-1)!.state;
}

/** Who has read what he had stamped himself cannot commit, and nobody else is refused. */
function judgeRefusal({ acts, outcome }: Attempt): void {
  const hasReadUnreadable = acts.some(({ result }) => result.kind === 'unreadable');
  if (outcome === 'refused') expect(hasReadUnreadable).toBe(true);
  if (hasReadUnreadable) expect(['refused', 'cancelled']).toContain(outcome);
}

function writes(attempt: Attempt): boolean {
  return attempt.acts.some(({ action }) => changes.has(action.kind));
}

/** Applies those that committed changes in stamp order; each must have read what lay there just before it. */
function replay(attempts: readonly Attempt[]): Moment[] {
  const writers = attempts.filter((attempt) => attempt.outcome === 'committed' && writes(attempt));
  writers.sort((one, other) => (one.stamp! < other.stamp! ? -1 : 1));
  expect(new Set(writers.map(({ stamp }) => stamp)).size).toBe(writers.length);
  const moments: Moment[] = [{ stamp: '', state: new Map() }];
  for (const writer of writers) {
    const before = moments.at(-1)!.state;
    expect(writer.stamp! > writer.acknowledgedBeforeCommit).toBe(true);
    checkReads(writer, before, (action) => !('snapshot' in action && action.snapshot));
    const after: WorkingState = new Map(before);
    for (const { action } of writer.acts) applyAction(after, action, writer.stamp!);
    moments.push({ stamp: writer.stamp!, state: after });
  }
  return moments;
}

/** Whatever became of it, a transaction has read one state: the one of its position, with its own writes over it. */
function judgePosition(attempt: Attempt, moments: readonly Moment[]): void {
  const { readAt, outcome } = attempt;
  if (readAt === undefined) {
    expect(outcome).not.toBe('conflict');
    return;
  }
  expect(readAt >= attempt.acknowledgedBeforeRead).toBe(true);
  checkReads(attempt, stateAt(moments, readAt), () => true);
  if (outcome === 'committed' && !writes(attempt)) expect(attempt.stamp! >= readAt).toBe(true);
}

/** A conflict has a cause; and a write into a range that was declared as read does not go unnoticed. */
function judgeConflicts(attempt: Attempt, attempts: readonly Attempt[]): void {
  const { readAt } = attempt;
  if (readAt === undefined) return;
  const rivals = attempts.filter(
    (other) =>
      other !== attempt &&
      other.outcome === 'committed' &&
      other.stamp! > readAt &&
      (attempt.stamp === undefined || other.stamp! < attempt.stamp) &&
      other.acts.some(({ action }) => changes.has(action.kind) || action.kind === 'writeConflict'),
  );
  if (attempt.outcome === 'conflict') expect(rivals.length).toBeGreaterThan(0);
  const hasEffect = attempt.acts.some(
    ({ action }) => changes.has(action.kind) || action.kind === 'writeConflict',
  );
  if (attempt.outcome !== 'committed' || !hasEffect) return;
  for (const { action } of attempt.acts) {
    if (action.kind !== 'readConflict') continue;
    for (const rival of rivals) {
      expect(rival.acts.some((act) => touches(act.action, action.range, rival.stamp!))).toBe(false);
    }
  }
}

function touches(action: Action, range: TextRange, stamp: string): boolean {
  if (action.kind === 'clearRange' || action.kind === 'writeConflict') {
    return action.range.begin < range.end && range.begin < action.range.end;
  }
  if (action.kind === 'stampedKey') return isWithin(stampedKey(action.suffix, stamp), range);
  return changes.has(action.kind) && 'key' in action && isWithin(action.key, range);
}

function stateAt(moments: readonly Moment[], stamp: string): State {
  return moments.findLast((moment) => moment.stamp <= stamp)!.state;
}

function checkReads(attempt: Attempt, base: State, isChecked: (action: Action) => boolean): void {
  const working: WorkingState = new Map(base);
  const unreadableKeys = new Set<string>();
  for (const act of attempt.acts) {
    if (isChecked(act.action)) checkRead(act, working, unreadableKeys);
    applyAction(working, act.action, attempt.stamp ?? noStamp);
    for (const key of unreadableKeys) if (clears(act.action, key)) unreadableKeys.delete(key);
    if (act.action.kind === 'stampedValue') unreadableKeys.add(act.action.key);
    if (act.action.kind === 'stampedKey') {
      unreadableKeys.add(stampedKey(act.action.suffix, attempt.stamp ?? 'ff'.repeat(10)));
    }
  }
}

function clears(action: Action, key: string): boolean {
  return action.kind === 'clear'
    ? action.key === key
    : action.kind === 'clearRange' && isWithin(key, action.range);
}

function changesKey(action: Action, key: string): boolean {
  return clears(action, key) || (changes.has(action.kind) && 'key' in action && action.key === key);
}

function checkRead({ action, result }: Act, working: State, unreadableKeys: ReadonlySet<string>): void {
  if (action.kind === 'get') {
    expect(result.kind === 'unreadable').toBe(unreadableKeys.has(action.key));
    if (result.kind === 'value') expect(result.value).toEqual(working.get(action.key));
  }
  if (action.kind !== 'range') return;
  const covers = [...unreadableKeys].some((key) => isWithin(key, action.range));
  if (result.kind === 'unreadable') expect(covers).toBe(true);
  else if (action.limit === undefined) expect(covers).toBe(false);
  if (result.kind === 'page')
    checkPage(result, entriesOf(working, action.range, action.reverse), action.limit);
}

function checkPage(
  page: Extract<Result, { kind: 'page' }>,
  expected: readonly [string, Buffer][],
  limit: number | undefined,
): void {
  expect(page.entries).toEqual(expected.slice(0, page.entries.length));
  if (limit !== undefined) expect(page.entries.length).toBeLessThanOrEqual(limit);
  if (page.more) expect(page.entries.length).toBeGreaterThan(0);
  else expect(page.entries.length).toBe(expected.length);
}

/** A change that lasts must be told; where the key had the watched value all the time nothing may be. */
function judgeWatch(record: WatchRecord, attempt: Attempt, moments: readonly Moment[]): void {
  const own = attempt.acts.slice(0, record.acts).map(({ action }) => action);
  const isStamp = (action: Action) => action.kind === 'stampedValue' && action.key === record.key;
  // A key that was stamped stays unreadable until it is cleared.
  if (own.findLastIndex(isStamp) > own.findLastIndex((action) => clears(action, record.key))) {
    expect(record.state).toBe('rejected');
    return;
  }
  // An own write after the watch may trigger it before the commit.
  const rewritten = attempt.acts.slice(record.acts + 1).some(({ action }) => changesKey(action, record.key));
  if (attempt.outcome !== 'committed') {
    if (rewritten) expect(record.state).not.toBe('quiet');
    else expect(record.state).toBe('rejected');
    return;
  }
  const working: WorkingState = new Map(stateAt(moments, attempt.readAt!));
  for (const { action } of attempt.acts.slice(0, record.acts)) applyAction(working, action, attempt.stamp!);
  const seen = working.get(record.key);
  const armedAt = writes(attempt) ? attempt.stamp! : attempt.readAt!;
  const later = moments.filter(({ stamp }) => stamp >= armedAt).map(({ state }) => state);
  later.push(moments.at(-1)!.state);
  const differs = (state: State) => !sameValue(state.get(record.key), seen);
  if (differs(moments.at(-1)!.state)) expect(record.state).toBe('changed');
  if (!later.some(differs) && !rewritten) expect(record.state).toBe('quiet');
}

function sameValue(one: Buffer | undefined, other: Buffer | undefined): boolean {
  return one === undefined || other === undefined ? one === other : one.equals(other);
}
