// The rules for m.room.power_levels: nobody gives or takes what they do not have. Rule 10 of room versions 1 to 5 and 12,
// rule 9 of versions 6 to 11.
import { type RuleNumbers, ruleNumbers } from '#protocol/matrix/auth/rule-numbers';
import { allowed, refused, type Verdict } from '#protocol/matrix/auth/verdict';
import type { EventDraft } from '#protocol/matrix/event';
import { isUserId } from '#protocol/matrix/identifiers';
import { isJsonObject, type JsonObject, type JsonValue, own, ownObject } from '#protocol/matrix/json';
import { isBeyondDoubles, levelValue } from '#protocol/matrix/level-value';
import { type LevelName, levelDefaults, type PowerLevels, userLevel } from '#protocol/matrix/power-levels';
import type { RoomVersion } from '#protocol/matrix/room-versions';

const levelNames = Object.keys(levelDefaults) as LevelName[];
const maps = ['events', 'notifications'] as const;

/** Judges new power levels by the room's current ones. */
export function authorisePowerLevels(event: EventDraft, current: PowerLevels): Verdict {
  const { version } = current;
  const { powerLevels: at } = ruleNumbers(version);
  const next = event.content;
  if (version.integerPowerLevels) {
    // (v10) If any of the single levels is present and not an integer, reject.
    const wrong = levelNames.find((name) => Object.hasOwn(next, name) && !isLevel(own(next, name), version));
    if (wrong !== undefined) return refused(at.named, `${wrong} is not an integer.`);
    // (v10) If events or notifications is present and not an object with values that are integers, reject.
    const wrongMap = maps.find((name) => Object.hasOwn(next, name) && !holdsLevels(own(next, name), version));
    if (wrongMap !== undefined) return refused(at.entries, `${wrongMap} is not an object of integers.`);
  }
  // If users is not an object of user ids and integers, reject. (Content without it is valid by its schema.)
  const users = Object.hasOwn(next, 'users') ? own(next, 'users') : {};
  if (!holdsLevels(users, version) || !Object.keys(users).every(isUserId)) {
    return refused(at.users, 'users is not an object of user ids and integers.');
  }
  // (until v5: "power_levels events accept values as floats") With a value beyond the range of doubles, reject. In users
  // it was no integer above.
  if (!version.strictJson && holdsBeyondDoubles(next)) return refused(at.rule, 'A level has no end.');
  // (v12) If users contains a creator, reject.
  if (version.privilegedCreators && current.creators.some((creator) => Object.hasOwn(users, creator))) {
    return refused(at.creators, 'users names a creator of the room.');
  }
  // If there is no previous m.room.power_levels event in the room, allow.
  if (current.content === undefined) return allowed(at.first);
  return authoriseChanges(event, current.content, userLevel(current, event.sender), version, at);
}

/** The steps from the first that compares with the previous levels on. `power` is the sender's. */
function authoriseChanges(
  event: EventDraft,
  before: JsonObject,
  power: number,
  version: RoomVersion,
  at: RuleNumbers['powerLevels'],
): Verdict {
  const after = event.content;
  // For each single level added, changed or removed: if the current or the new value is above the sender's, reject.
  for (const name of levelNames) {
    const [was, is] = [levelValue(own(before, name), version), levelValue(own(after, name), version)];
    if (was === is) continue;
    if (exceeds(was, power)) return refused(at.changeNamed.was, `${name} is above the sender's power.`);
    if (exceeds(is, power)) return refused(at.changeNamed.is, `${name} would be above the sender's power.`);
  }
  // (notifications: v6)
  const judged = version.notificationLevels ? maps : (['events'] as const);
  const entries = judged.flatMap((name) => changes(ownObject(before, name), ownObject(after, name), version));
  // For each entry changed or removed: if the current value is above the sender's, reject.
  const held = entries.find(({ was }) => exceeds(was, power));
  if (held) return refused(at.changeEntry.was, `The level of ${held.key} is above the sender's power.`);
  // For each entry added or changed: if the new value is above the sender's, reject.
  const given = entries.find(({ is }) => exceeds(is, power));
  if (given) return refused(at.giveEntry.is, `The level of ${given.key} would be above the sender's power.`);

  const users = changes(ownObject(before, 'users'), ownObject(after, 'users'), version);
  // For each user changed or removed, other than the sender: if the current value is not below the sender's, reject.
  const peer = users.find(({ key, was }) => key !== event.sender && was !== undefined && was >= power);
  if (peer) return refused(at.changeUser.was, `${peer.key} has as much power as the sender.`);
  // For each user added or changed: if the new value is above the sender's, reject.
  const raised = users.find(({ is }) => exceeds(is, power));
  if (raised) return refused(at.giveUser.is, `${raised.key} would have more power than the sender.`);
  // Otherwise, allow.
  return allowed(at.otherwise);
}

/** An entry whose level differs, however it is written; undefined: there is none. */
interface Change {
  readonly key: string;
  readonly was: number | undefined;
  readonly is: number | undefined;
}

function changes(before: JsonObject = {}, after: JsonObject = {}, version: RoomVersion): Change[] {
  const found: Change[] = [];
  for (const key of new Set([...Object.keys(before), ...Object.keys(after)])) {
    const [was, is] = [levelValue(own(before, key), version), levelValue(own(after, key), version)];
    if (was !== is) found.push({ key, was, is });
  }
  return found;
}

function exceeds(level: number | undefined, power: number): boolean {
  return level !== undefined && level > power;
}

function isLevel(value: JsonValue | undefined, version: RoomVersion): boolean {
  return levelValue(value, version) !== undefined;
}

function holdsLevels(value: JsonValue | undefined, version: RoomVersion): value is JsonObject {
  return isJsonObject(value) && Object.values(value).every((each) => isLevel(each, version));
}

function holdsBeyondDoubles(content: JsonObject): boolean {
  const nested = maps.flatMap((name) => Object.values(ownObject(content, name) ?? {}));
  return [...levelNames.map((name) => own(content, name)), ...nested].some(isBeyondDoubles);
}
