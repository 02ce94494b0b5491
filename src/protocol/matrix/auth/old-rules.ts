// The rules that early room versions have and later ones dropped: on aliases (rule 4 until version 5) and on redactions
// (rule 11 until version 2; later versions judge a redaction when it is applied).
import { ruleNumbers } from '#protocol/matrix/auth/rule-numbers';
import { allowed, refused, type Verdict } from '#protocol/matrix/auth/verdict';
import type { EventDraft } from '#protocol/matrix/event';
import { domainOf, serverOf } from '#protocol/matrix/identifiers';
import { namedLevel, type PowerLevels, userLevel } from '#protocol/matrix/power-levels';
import type { RoomVersion } from '#protocol/matrix/room-versions';

/** A server tells the aliases that it has for the room under its own name, whoever of its users speaks for it. */
export function authoriseAliases(event: EventDraft, version: RoomVersion): Verdict {
  const { aliases: at } = ruleNumbers(version);
  // 1. If event has no state_key, reject.
  if (event.state_key === undefined) return refused(at.stateKey, 'The event has no state_key.');
  // 2. If sender's domain doesn't match state_key, reject.
  if (event.state_key !== serverOf(event.sender)) {
    return refused(at.domain, 'The state_key is not the server of the sender.');
  }
  // 3. Otherwise, allow.
  return allowed(at.otherwise);
}

export function authoriseRedaction(event: EventDraft, levels: PowerLevels): Verdict {
  const { redaction: at } = ruleNumbers(levels.version);
  // 1. If the sender's power level is greater than or equal to the redact level, allow.
  if (userLevel(levels, event.sender) >= namedLevel(levels, 'redact')) return allowed(at.level);
  // 2. If the event that is redacted and the redaction have event ids of the same domain, allow.
  const domain = domainOf(event.event_id);
  if (domain !== undefined && domain === domainOf(event.redacts)) return allowed(at.domain);
  // 3. Otherwise, reject.
  return refused(at.otherwise, "Redacting another server's event takes more power than the sender has.");
}
