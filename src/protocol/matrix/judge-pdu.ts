// What becomes of an event from another server once it is known to be whole and signed: it is judged by the events it
// names itself, by the state before it, and by the room's state now. Server-Server API, "Checks performed on receipt of a
// PDU", checks 4 to 6.
import type { AuthFacts, AuthState, Refusal } from '#protocol/matrix/auth/verdict';
import type { AuthEvent } from '#protocol/matrix/auth-events';
import { authorise, authoriseByAuthEvents } from '#protocol/matrix/auth-rules';
import type { EventDraft, Pdu } from '#protocol/matrix/event';
import type { RoomVersion } from '#protocol/matrix/room-versions';

/** What an event is judged by. */
export interface Surroundings {
  /** All that its `auth_events` name, in any order. */
  readonly authEvents: readonly AuthEvent[];
  /** The accepted create event of its room; undefined where the room has none, and for a create event itself. */
  readonly create: Pdu | undefined;
  /** The state before it, with the create event also where `auth_events` only imply that. */
  readonly before: AuthState;
  /** The room's state now; undefined where it is the state before the event, which need not be judged by twice. */
  readonly current: AuthState | undefined;
  readonly facts?: AuthFacts;
}

export type Judgement =
  /** `rule`: by which the last of the states that were asked allows it. */
  | { readonly outcome: 'accepted'; readonly rule: string }
  /** It changes no state, is shown to nobody and followed by no event of ours. */
  | {
      readonly outcome: 'rejected';
      /** The state that refused it. */
      readonly pass: 'auth-events' | 'state-before';
      readonly rule: string;
      readonly reason: string;
    }
  /** It has its place in the graph and takes part in resolution, but is not shown and followed by no event of ours. */
  | { readonly outcome: 'soft-failed'; readonly rule: string; readonly reason: string };

/** Judges `event` by the room version's rules, whose number in the version's list `rule` gives. */
export function judgeOnReceipt(
  event: EventDraft,
  version: RoomVersion,
  { authEvents, create, before, current, facts = {} }: Surroundings,
): Judgement {
  // 4. Passes authorisation rules based on the event's auth events, otherwise it is rejected.
  const byAuthEvents = authoriseByAuthEvents(event, version, authEvents, create, facts);
  if (!byAuthEvents.allowed) return { outcome: 'rejected', pass: 'auth-events', ...decisive(byAuthEvents) };
  // 5. Passes authorisation rules based on the state before the event, otherwise it is rejected.
  const byStateBefore = authorise(event, version, before, facts);
  if (!byStateBefore.allowed)
    return { outcome: 'rejected', pass: 'state-before', ...decisive(byStateBefore) };
  // 6. Passes authorisation rules based on the current state of the room, otherwise it is "soft failed".
  const byCurrentState = current === undefined ? byStateBefore : authorise(event, version, current, facts);
  if (!byCurrentState.allowed) return { outcome: 'soft-failed', ...decisive(byCurrentState) };
  return { outcome: 'accepted', rule: byCurrentState.rule };
}

function decisive({ rule, reason }: Refusal) {
  return { rule, reason };
}
