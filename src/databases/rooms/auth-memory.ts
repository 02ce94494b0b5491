// What authorised the last sends into busy rooms, so that the next one need not read it again. The state of a room
// follows from its forward extremities: while those are the same (they are read in every transaction that sends, so a
// writer elsewhere conflicts), every key of it is too.
import { LRUCache } from 'lru-cache';
import type { RoomHead } from '#databases/rooms/records';
import type { AuthorisingEvent } from '#databases/rooms/rooms-reader';
import type { RoomId } from '#protocol/matrix/identifiers';

/** Keys of a room's state by `stateKeyText`, absent ones as undefined. */
export type KnownAuth = ReadonlyMap<string, AuthorisingEvent | undefined>;

const roomsMax = 5_000;
const keysOfRoomMax = 500;
const nothingKnown: KnownAuth = new Map();

export class AuthMemory {
  readonly #rooms = new LRUCache<RoomId, { readonly extremities: string; readonly known: KnownAuth }>({
    max: roomsMax,
  });

  /** What is known of the room's state at this head. */
  at(room: RoomId, head: RoomHead): KnownAuth {
    const remembered = this.#rooms.get(room);
    return remembered?.extremities === nameOf(head) ? remembered.known : nothingKnown;
  }

  /**
   * Remembers keys of the state at a head. It may be called before the commit: the head of a transaction that fails is
   * never read, since it names events that are nowhere stored.
   */
  remember(room: RoomId, head: RoomHead, known: KnownAuth): void {
    if (known.size <= keysOfRoomMax) this.#rooms.set(room, { extremities: nameOf(head), known });
    else this.#rooms.delete(room);
  }
}

function nameOf({ extremities, line }: RoomHead): string {
  return `${line} ${extremities.join(' ')}`;
}
