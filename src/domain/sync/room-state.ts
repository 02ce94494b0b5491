// The state that goes with a room's timeline in a sync: the whole of it at the timeline's start for one who is new to the
// room, what changed in the gap before a limited timeline for everybody else. Client-Server API, "Syncing".
import { type Position, positionBefore } from '#databases/positions';
import type { TimelineEvent } from '#databases/rooms/records';
import type { RoomsReader, StateEntry } from '#databases/rooms/rooms-reader';
import { stateEvents } from '#domain/rooms/reading/read-state';
import type { SeenEvent } from '#domain/rooms/reading/visible-events';
import type { SentMembers } from '#domain/sync/sent-members';
import type { HeldState } from '#domain/sync/state-beside';
import { filtered, roomFilterOf, type SyncFrame } from '#domain/sync/sync-request';
import type { RoomId } from '#protocol/matrix/identifiers';
import { stateKeyText } from '#protocol/matrix/state-keys';

export interface StateWanted {
  readonly room: RoomId;
  /** The client is to be told the whole state; otherwise what changed behind `since`. */
  readonly isWhole: boolean;
  readonly since: Position | undefined;
  readonly through: Position;
  /** The timeline, oldest first, and whether it leaves out events behind `since`. */
  readonly timeline: readonly SeenEvent[];
  readonly isLimited: boolean;
  /** What the state became since the timeline began, where none of its events says so. */
  readonly later: readonly HeldState[];
  /** Users that the room is named by, where it has no name. */
  readonly heroes: readonly string[];
}

/** The events of `state`, or of `state_after` where the client asks for that. */
export async function readRoomState(
  reader: RoomsReader,
  frame: SyncFrame,
  sentMembers: SentMembers,
  wanted: StateWanted,
): Promise<TimelineEvent[]> {
  const { room, isWhole, timeline, through } = wanted;
  const { useStateAfter } = frame.request;
  const first = timeline[0]?.event.at;
  const stateAt = useStateAfter || first === undefined ? through : positionBefore(first);
  let entries: StateEntry[] = [];
  if (isWhole || wanted.since === undefined) entries = await reader.stateAt(room, stateAt);
  else if (wanted.isLimited || useStateAfter) entries = await changesOf(reader, room, wanted.since, stateAt);
  if (!useStateAfter) entries = overlaid(entries, wanted);
  const filter = roomFilterOf(frame, 'state');
  if (filter?.lazy_load_members)
    entries = await lazyEntries(reader, frame, sentMembers, wanted, entries, stateAt);
  const events = await stateEvents(reader, room, entries);
  return filtered(filter, events.map(toFiltered), room).map(({ event }) => event);
}

function toFiltered(event: TimelineEvent) {
  return { event, type: event.pdu.type, sender: event.pdu.sender, content: event.pdu.content };
}

/** The keys that changed behind `after` and up to `through`, and what holds them then: one range read. */
async function changesOf(
  reader: RoomsReader,
  room: RoomId,
  after: Position,
  through: Position,
): Promise<StateEntry[]> {
  if (through <= after) return [];
  const changes = await reader.stateChanges(room, after, through);
  return overlay(
    [],
    changes.flatMap(({ at, change: { type, stateKey, event } }) =>
      event === null ? [] : [{ type, stateKey, at, event }],
    ),
  );
}

/** What the timeline does not tell goes on top, and what the state no longer holds is left out. */
function overlaid(entries: readonly StateEntry[], { later }: StateWanted): StateEntry[] {
  const sorted = [...later].sort((a, b) => (a.at < b.at ? -1 : 1));
  const gone = new Set(sorted.filter(({ event }) => event === undefined).map(nameOf));
  const kept = gone.size === 0 ? entries : entries.filter((entry) => !gone.has(nameOf(entry)));
  return overlay(
    kept,
    sorted.flatMap(({ event, ...rest }) => (event === undefined ? [] : [{ ...rest, event }])),
  );
}

function nameOf({ type, stateKey }: Pick<StateEntry, 'type' | 'stateKey'>): string {
  return stateKeyText(type, stateKey);
}

/** Later entries replace earlier ones of the same key. */
function overlay(entries: readonly StateEntry[], later: readonly StateEntry[]): StateEntry[] {
  const byKey = new Map<string, StateEntry>();
  for (const entry of [...entries, ...later]) byKey.set(nameOf(entry), entry);
  return [...byKey.values()];
}

/**
 * "Only include membership events for the sender of events being included": of the whole state only those members stay,
 * the user's own and the heroes; changes in a gap stay all; members that the client may not know are added.
 */
async function lazyEntries(
  reader: RoomsReader,
  frame: SyncFrame,
  sentMembers: SentMembers,
  { room, isWhole, since, timeline, heroes, through }: StateWanted,
  entries: readonly StateEntry[],
  stateAt: Position,
): Promise<StateEntry[]> {
  const { asker } = frame;
  const isFresh = isWhole || since === undefined;
  const needed = new Set<string>(timeline.map(({ event }) => event.pdu.sender));
  for (const hero of heroes) needed.add(hero);
  if (isFresh) {
    needed.add(asker.userId);
    sentMembers.forget(asker, room);
  }
  const isMember = ({ type }: StateEntry) => type === 'm.room.member';
  const kept = isFresh
    ? entries.filter((entry) => !isMember(entry) || needed.has(entry.stateKey))
    : [...entries];
  const present = new Set(kept.filter(isMember).map(({ stateKey }) => stateKey));
  const repeats = roomFilterOf(frame, 'state')?.include_redundant_members === true;
  if (!isFresh) {
    for (const user of needed) {
      if (present.has(user)) continue;
      const entry = await reader.stateEntryAt(room, stateAt, 'm.room.member', user);
      if (!entry) continue;
      const isKnown = sentMembers.isKnown(asker, room, { user, event: entry.event }, since as Position);
      if (repeats || !isKnown) kept.push(entry);
    }
  }
  for (const { stateKey: user, event } of kept.filter(isMember)) {
    sentMembers.note(asker, room, { user, event }, through);
  }
  return kept;
}
