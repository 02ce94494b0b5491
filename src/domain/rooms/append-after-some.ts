// An event of ours in a room with more forward extremities than an event may name: it follows the deepest of them, so it
// is judged by what they resolve to as well as by the room's state. Server-Server API, "PDUs"; room version pages, "Event
// format" (20 prev_events).
import type { RoomDraft } from '#databases/rooms/room-draft';
import type { RoomsReader } from '#databases/rooms/rooms-reader';
import type { Proposal } from '#domain/rooms/append-event';
import { draftEvent } from '#domain/rooms/draft-event';
import { inviteStateFor } from '#domain/rooms/invite-state';
import { authorisingKeys, readAuthState } from '#domain/rooms/judge-received';
import { GoesAlone } from '#domain/rooms/lanes';
import type { Rooms } from '#domain/rooms/rooms';
import { authEventKeys } from '#protocol/matrix/auth-events';
import { type AuthState, authorise } from '#protocol/matrix/auth-rules';
import { prepareEvent, type UnsignedEvent } from '#protocol/matrix/build-event';
import type { EventReference, Pdu } from '#protocol/matrix/event';
import { referenceTo } from '#protocol/matrix/hashes';
import type { EventId, RoomId } from '#protocol/matrix/identifiers';
import { compareIntegers } from '#protocol/matrix/integers';
import type { RoomVersion } from '#protocol/matrix/room-versions';
import { signText } from '#protocol/matrix/signing';
import { ProtocolError } from '#support/errors';
import { prevEventsMax } from '#support/limits';

/** Judges a proposal and appends it. Throws `forbidden` where the rules do not allow it, and `GoesAlone`. */
export async function appendAfterSome(
  rooms: Rooms,
  draft: RoomDraft,
  proposal: Proposal,
  version: RoomVersion,
): Promise<UnsignedEvent> {
  const { room, stored } = draft;
  if (!draft.isAlone) throw new GoesAlone((reader) => rehearse(reader, room, version));
  const prev = await deepest(stored, draft.head.extremities);
  const before = await stored.stateBeforeNext(room, prev);
  const unauthorised = await draftEvent(rooms, draft, proposal, version, prev);
  const authEvents: EventReference[] = [];
  for (const [type, stateKey] of authEventKeys(unauthorised, version)) {
    const id = await stored.entryIn(room, before, type, stateKey);
    const [fact] = id === undefined ? [] : await stored.graphEvents([id]);
    if (fact) authEvents.push(referenceTo(fact.eventId, fact.pdu, version));
  }
  const event = { ...unauthorised, auth_events: authEvents };
  const keys = authorisingKeys(event, version);
  const facts = { isSignedBy: (server: string) => server === rooms.signingKey.server };
  const states: AuthState[] = [await readAuthState(stored, room, before, keys), await stateNow(draft, keys)];
  for (const state of states) {
    const verdict = authorise(event, version, state, facts);
    if (!verdict.allowed) throw new ProtocolError('forbidden', verdict.reason);
  }
  const built = prepareEvent(event, version, rooms.signingKey);
  const { pdu, bytes } = built.withSignature(signText(built.signedText, rooms.signingKey));
  await draft.appendReceived({
    eventId: built.eventId,
    pdu,
    bytes,
    before,
    standing: 'accepted',
    ...(built.isPlain ? {} : { hasExactNumbers: true as const }),
    ...(proposal.sentBy ? { sentBy: proposal.sentBy } : {}),
    ...(await inviteStateFor(draft, pdu)),
  });
  return built;
}

/** What the transaction will want resolved; where the event changes the state there is a little more. */
async function rehearse(reader: RoomsReader, room: RoomId, version: RoomVersion): Promise<void> {
  const extremities = (await reader.head(room))?.extremities ?? [];
  const prev = await deepest(reader, extremities);
  const before = await reader.stateBeforeNext(room, prev);
  const others = extremities.filter((id) => !prev.includes(id));
  await reader.resolveViews(room, version, [...(await reader.statesAfter(room, others)), before]);
}

/** As many of the extremities as an event may follow, the deepest first. */
async function deepest(reader: RoomsReader, extremities: readonly EventId[]): Promise<EventId[]> {
  const events = await Promise.all(extremities.map((id) => reader.event(id)));
  return events
    .filter((event) => event !== undefined)
    .sort((a, b) => compareIntegers(b.pdu.depth, a.pdu.depth) || (a.eventId < b.eventId ? -1 : 1))
    .slice(0, prevEventsMax)
    .map(({ eventId }) => eventId);
}

async function stateNow(
  draft: RoomDraft,
  keys: readonly (readonly [type: string, stateKey: string])[],
): Promise<AuthState> {
  for (const [type, stateKey] of keys) await draft.authEvent(type, stateKey);
  return (type, stateKey): Pdu | undefined => draft.knownState(type, stateKey);
}
