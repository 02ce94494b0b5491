// The rules for changing power levels: nobody gives or takes what they do not have. Room version 11, rule 9; room version
// 12, rule 10, which inserts a step on creators, so that later steps count one further there.
import { allowed, refused, type Verdict } from '#protocol/matrix/auth/verdict';
import type { EventDraft } from '#protocol/matrix/event';
import { isUserId } from '#protocol/matrix/identifiers';
import { isJsonObject, type JsonObject, type JsonValue, own, ownObject } from '#protocol/matrix/json';
import { type LevelName, levelDefaults, type PowerLevels, userLevel } from '#protocol/matrix/power-levels';
import type { RoomVersion } from '#protocol/matrix/room-versions';

const levelNames = Object.keys(levelDefaults) as LevelName[];

export function authorisePowerLevels(event: EventDraft, version: RoomVersion, current: PowerLevels): Verdict {
  const rule = version.privilegedCreators ? '10' : '9';
  // 1. If any of the single levels is present and not an integer, reject.
  const next = event.content;
  const wrong = levelNames.find((name) => own(next, name) !== undefined && !isInteger(own(next, name)));
  if (wrong !== undefined) return refused(`${rule}.1`, `${wrong} is not an integer.`);
  // 2. If events or notifications is present and not an object with values that are integers, reject.
  for (const name of ['events', 'notifications'] as const) {
    const value = own(next, name);
    if (value !== undefined && !holdsIntegers(value)) {
      return refused(`${rule}.2`, `${name} is not an object of integers.`);
    }
  }
  // 3. If users is not an object of user ids and integers, reject. (The content's schema lets it be absent.)
  const users = own(next, 'users');
  if (users !== undefined && !(holdsIntegers(users) && Object.keys(users).every(isUserId))) {
    return refused(`${rule}.3`, 'users is not an object of user ids and integers.');
  }
  // 4. (version 12) If users contains a creator, reject.
  if (version.privilegedCreators && current.creators.some((creator) => Object.hasOwn(users ?? {}, creator))) {
    return refused(`${rule}.4`, 'users names a creator of the room.');
  }
  // v11: 4, v12: 5. If there is no previous m.room.power_levels event in the room, allow.
  if (current.content === undefined) return allowed;
  return authoriseChanges(event, current.content, userLevel(current, event.sender), version);
}

/** Steps 5 to 10 of version 11, which are steps 6 to 11 of version 12. */
function authoriseChanges(
  event: EventDraft,
  before: JsonObject,
  power: number,
  version: RoomVersion,
): Verdict {
  const [rule, first] = version.privilegedCreators ? ['10', 6] : ['9', 5];
  const after = event.content;
  // For each single level added, changed or removed: neither its current nor its new value is above the sender's.
  for (const name of levelNames) {
    const [was, is] = [own(before, name), own(after, name)];
    if (was === is) continue;
    if (exceeds(was, power)) return refused(`${rule}.${first}.1`, `${name} is above the sender's power.`);
    if (exceeds(is, power))
      return refused(`${rule}.${first}.2`, `${name} would be above the sender's power.`);
  }
  for (const name of ['events', 'notifications'] as const) {
    for (const { key, was, is } of changes(ownObject(before, name), ownObject(after, name))) {
      // For each entry changed or removed: its current value is not above the sender's.
      if (exceeds(was, power)) {
        return refused(`${rule}.${first + 1}.1`, `${name}: ${key} is above the sender's power.`);
      }
      // For each entry added or changed: its new value is not above the sender's.
      if (exceeds(is, power)) {
        return refused(`${rule}.${first + 2}.1`, `${name}: ${key} would be above the sender's power.`);
      }
    }
  }
  for (const { key, was, is } of changes(ownObject(before, 'users'), ownObject(after, 'users'))) {
    // For each entry changed or removed, other than the sender's own: its current value is below the sender's.
    if (key !== event.sender && isInteger(was) && was >= power) {
      return refused(`${rule}.${first + 3}.1`, `${key} has as much power as the sender.`);
    }
    // For each entry added or changed: its new value is not above the sender's.
    if (exceeds(is, power)) {
      return refused(`${rule}.${first + 4}.1`, `${key} would have more power than the sender.`);
    }
  }
  return allowed;
}

interface Change {
  readonly key: string;
  readonly was: JsonValue | undefined;
  readonly is: JsonValue | undefined;
}

function* changes(before: JsonObject = {}, after: JsonObject = {}): Generator<Change> {
  for (const key of Object.keys(before)) {
    const [was, is] = [before[key], own(after, key)];
    if (was !== is) yield { key, was, is };
  }
  for (const key of Object.keys(after)) {
    if (!Object.hasOwn(before, key)) yield { key, was: undefined, is: after[key] };
  }
}

function exceeds(level: JsonValue | undefined, power: number): boolean {
  return isInteger(level) && level > power;
}

function isInteger(value: JsonValue | undefined): value is number {
  return Number.isSafeInteger(value);
}

function holdsIntegers(value: JsonValue): value is JsonObject {
  return isJsonObject(value) && Object.values(value).every(isInteger);
}
