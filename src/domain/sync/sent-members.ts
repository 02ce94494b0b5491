// Which member events a device has been sent already, so that lazy-loading need not repeat them. A member counts as
// sent only once the device asks with a token from that answer or a later one. Client-Server API, "Lazy-loading room
// members", redundant membership events.
import { LRUCache } from 'lru-cache';
import type { Position } from '#databases/positions';
import type { Asker } from '#domain/rooms/reading/reading';
import type { EventId, RoomId } from '#protocol/matrix/identifiers';
import { lazyMembersRoomsMax } from '#support/limits';

export class SentMembers {
  readonly #sent = new LRUCache<string, Map<string, { readonly event: EventId; readonly at: Position }>>({
    max: lazyMembersRoomsMax,
  });

  /** True where the device, being at `since`, already has this member event. */
  isKnown(asker: Asker, room: RoomId, member: { user: string; event: EventId }, since: Position): boolean {
    const sent = this.#sent.get(nameOf(asker, room))?.get(member.user);
    return sent !== undefined && sent.event === member.event && sent.at <= since;
  }

  /** True where the device, being at `since`, has been sent a member event of the user's, this one or an older one. */
  wasTold(asker: Asker, room: RoomId, user: string, since: Position): boolean {
    const sent = this.#sent.get(nameOf(asker, room))?.get(user);
    return sent !== undefined && sent.at <= since;
  }

  /** Notes a member event in an answer whose token stands at `at`. */
  note(asker: Asker, room: RoomId, member: { user: string; event: EventId }, at: Position): void {
    const name = nameOf(asker, room);
    const known = this.#sent.get(name);
    const entry = { event: member.event, at };
    if (!known) this.#sent.set(name, new Map([[member.user, entry]]));
    // The earlier answer may be the only one that reached the device: the same event keeps its place.
    else if (known.get(member.user)?.event !== member.event) known.set(member.user, entry);
  }

  /** A device that begins anew knows nothing. */
  forget(asker: Asker, room: RoomId): void {
    this.#sent.delete(nameOf(asker, room));
  }
}

function nameOf({ userId, deviceId }: Asker, room: RoomId): string {
  return `${userId}\0${deviceId}\0${room}`;
}
