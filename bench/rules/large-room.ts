// A room with many members whose history parts: on one side its creator, on the other an administrator, change rules,
// powers and members, partly the same ones. Unsigned, since resolution trusts what was checked on receipt.
import { prepareEvent } from '#protocol/matrix/build-event';
import type { Pdu } from '#protocol/matrix/event';
import { type EventId, type RoomId, serverOf, type UserId } from '#protocol/matrix/identifiers';
import type { JsonObject } from '#protocol/matrix/json';
import type { StateMap } from '#protocol/matrix/resolution/state-maps';
import type { RoomVersion } from '#protocol/matrix/room-versions';
import { stateKeyText } from '#protocol/matrix/state-keys';
import { alice, bob } from './sample-events.ts';

/** The size that the published figures are of. */
export const memberCount = 50_000;
export const eventsPerSide = 50;

export interface MadeEvent {
  readonly eventId: EventId;
  readonly pdu: Pdu;
}

export interface LargeRoom {
  readonly roomId: RoomId;
  /** Up to where the sides part, in order. */
  readonly trunk: readonly MadeEvent[];
  readonly sides: readonly (readonly MadeEvent[])[];
}

const member = (index: number): UserId => `@member${index}:three.example` as UserId;

/** `membersMin` members, and two sides of `eventsPerSide` state events each. */
export function largeRoom(version: RoomVersion, membersMin: number, eventsPerSide: number): LargeRoom {
  const trunk = new Branch(version);
  trunk.append(alice, 'm.room.create', '', {
    room_version: version.id,
    ...(version.creator === 'content' ? { creator: alice } : {}),
  });
  trunk.append(alice, 'm.room.member', alice, { membership: 'join' });
  const isCreatorListed = !version.privilegedCreators;
  const users = { ...(isCreatorListed ? { [alice]: 100 } : {}), [bob]: 90 };
  trunk.append(alice, 'm.room.power_levels', '', { users, events: { 'm.room.power_levels': 90 } });
  trunk.append(alice, 'm.room.join_rules', '', { join_rule: 'public' });
  trunk.append(bob, 'm.room.member', bob, { membership: 'join' });
  for (let index = 0; index < membersMin; index++) {
    trunk.append(member(index), 'm.room.member', member(index), { membership: 'join' });
  }
  // Each side bans those who on the other change their names.
  const sides = [alice, bob].map((actor, side) => {
    const branch = trunk.fork();
    branch.append(actor, 'm.room.power_levels', '', {
      users: { ...users, [member(side)]: 50 },
      events: { 'm.room.power_levels': 90 },
    });
    branch.append(actor, 'm.room.join_rules', '', { join_rule: side === 0 ? 'invite' : 'public' });
    for (let index = 2; index < eventsPerSide; index++) {
      const user = member(10 + index);
      const isBan = index % 2 === side;
      if (isBan) branch.append(actor, 'm.room.member', user, { membership: 'ban' });
      else branch.append(user, 'm.room.member', user, { membership: 'join', displayname: `Side ${side}` });
    }
    return branch.events.slice(trunk.events.length);
  });
  return { roomId: trunk.roomId as RoomId, trunk: trunk.events, sides };
}

/** The whole state after each side. */
export function statesAfter({ trunk, sides }: LargeRoom): StateMap[] {
  return sides.map(
    (side) =>
      new Map(
        [...trunk, ...side].map(({ eventId, pdu }) => [stateKeyText(pdu.type, pdu.state_key ?? ''), eventId]),
      ),
  );
}

/** One line of history, and the few events of its state that authorise the next. */
class Branch {
  readonly version: RoomVersion;
  readonly events: MadeEvent[];
  readonly #state: Map<string, EventId>;
  roomId: RoomId | undefined;

  constructor(version: RoomVersion, events: MadeEvent[] = [], state = new Map<string, EventId>()) {
    this.version = version;
    this.events = events;
    this.#state = state;
  }

  fork(): Branch {
    const branch = new Branch(this.version, [...this.events], new Map(this.#state));
    branch.roomId = this.roomId;
    return branch;
  }

  append(sender: UserId, type: string, stateKey: string, content: JsonObject): void {
    const { version } = this;
    const depth = this.events.length + 1;
    const last = this.events.at(-1);
    const isCreate = type === 'm.room.create';
    const authority = isCreate ? [] : this.#authority(type, sender, stateKey);
    const named = isCreate && version.roomIdFormat === 'create-event-hash';
    const { eventId, roomId, pdu } = prepareEvent(
      {
        type,
        sender,
        ...(named ? {} : { room_id: this.roomId ?? ('!bench:one.example' as RoomId) }),
        state_key: stateKey,
        content,
        origin_server_ts: 1_790_000_000_000 + depth * 1_000,
        depth,
        prev_events: last === undefined ? [] : [last.eventId],
        auth_events: authority,
      },
      version,
      { server: serverOf(sender), keyId: 'ed25519:bench' },
    );
    this.roomId = roomId;
    this.events.push({ eventId, pdu });
    this.#state.set(stateKeyText(type, stateKey), eventId);
  }

  /** Server-Server API, "Auth events selection". */
  #authority(type: string, sender: UserId, stateKey: string): EventId[] {
    const keys = [
      ...(this.version.createInAuthEvents ? [stateKeyText('m.room.create', '')] : []),
      stateKeyText('m.room.power_levels', ''),
      stateKeyText('m.room.member', sender),
      ...(type === 'm.room.member'
        ? [stateKeyText('m.room.member', stateKey), stateKeyText('m.room.join_rules', '')]
        : []),
    ];
    return [...new Set(keys)].map((key) => this.#state.get(key)).filter((id) => id !== undefined);
  }
}
