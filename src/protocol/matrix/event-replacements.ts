// Edits: which events replace the content of another, which of them counts, and what the content then is. Client-Server
// API, "Event replacements".
import { compareCodePoints } from '#protocol/matrix/canonical-json';
import type { Pdu } from '#protocol/matrix/event';
import { compareIntegers } from '#protocol/matrix/integers';
import { type JsonObject, own, ownObject } from '#protocol/matrix/json';
import { type RelatedEvent, relationBetween, relationOf } from '#protocol/matrix/relations';

/** "Validity of replacement events". */
export function isValidReplacement(original: RelatedEvent, replacement: RelatedEvent): boolean {
  const [from, to] = [original.pdu, replacement.pdu];
  return (
    // The original event and replacement event must have the same room_id …
    relationBetween(original, replacement)?.relType === 'm.replace' &&
    // … the same sender …
    from.sender === to.sender &&
    // … and the same type,
    from.type === to.type &&
    // and must not have a state_key property.
    from.state_key === undefined &&
    to.state_key === undefined &&
    // The original event must not, itself, have a rel_type of m.replace.
    relationOf(from)?.relType !== 'm.replace' &&
    // The replacement event (once decrypted, if appropriate) must have an m.new_content property.
    (to.type === 'm.room.encrypted' || newContent(to) !== undefined)
  );
}

/** The later of two replacements: by `origin_server_ts`, then by event id. */
export function laterReplacement<E extends RelatedEvent>(a: E | undefined, b: E): E {
  if (a === undefined) return b;
  const byTime = compareIntegers(a.pdu.origin_server_ts, b.pdu.origin_server_ts);
  return (byTime || compareCodePoints(a.eventId, b.eventId)) > 0 ? a : b;
}

/**
 * "The content of the original event is treated as being overwritten entirely by m.new_content, with the exception of
 * m.relates_to." The original's own content where the replacement's is encrypted.
 */
export function applyReplacement(
  original: Pick<Pdu, 'content'>,
  replacement: Pick<Pdu, 'content'>,
): JsonObject {
  const replacing = newContent(replacement);
  if (replacing === undefined) return original.content;
  const { [relatesTo]: _, ...content } = replacing;
  const kept = own(original.content, relatesTo);
  return kept === undefined ? content : { ...content, [relatesTo]: kept };
}

const relatesTo = 'm.relates_to';

function newContent({ content }: Pick<Pdu, 'content'>): JsonObject | undefined {
  return ownObject(content, 'm.new_content');
}
