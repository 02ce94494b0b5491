// Who is typing. It is told to the room, and taken back when the time is up, by the process that was told of it; one that
// starts takes back what a crash left behind. Client-Server API, "Typing Notifications".
import type { RoomsDatabase } from '#databases/rooms/rooms-database';
import type { TransitoryDatabase } from '#databases/transitory/transitory-database';
import { checkJoined } from '#domain/rooms/reading/room-view';
import type { RoomId, UserId } from '#protocol/matrix/identifiers';
import type { Clock } from '#support/clock';
import { typingTimeoutMsDefault, typingTimeoutMsMax } from '#support/limits';
import type { Logger } from '#support/logging';

interface TypingParts {
  readonly rooms: RoomsDatabase;
  readonly transitory: TransitoryDatabase;
  readonly clock: Clock;
  readonly logger: Logger;
}

export class Typing implements AsyncDisposable {
  readonly #parts: TypingParts;
  /** Who is known to be typing, and what ends the wait for their time to be up. */
  readonly #waiting = new Map<string, AbortController>();
  readonly #expiring = new Set<Promise<void>>();

  private constructor(parts: TypingParts) {
    this.#parts = parts;
  }

  /** Opens it, with what earlier processes left: those still typing, those whose time was up, and old tombstones. */
  static async open(parts: TypingParts): Promise<Typing> {
    const typing = new Typing(parts);
    const entries = await parts.transitory.read((reader) => reader.typingEverywhere());
    const busy = new Set(entries.filter((entry) => entry.typing).map(({ room }) => room));
    for (const { room, user, at, typing: record } of entries) {
      if (record) typing.#expireAt(room, user, record.expiresAtMs);
      else if (!busy.has(room)) {
        await parts.transitory.write((writer) => writer.trimTyping(room, at), { idempotent: true });
      }
    }
    return typing;
  }

  /**
   * Notes that a user types (for `timeoutMs`, within a limit) or no longer does.
   * @throws ProtocolError forbidden to one who is not in the room
   */
  async set(
    user: UserId,
    room: RoomId,
    isTyping: boolean,
    timeoutMs = typingTimeoutMsDefault,
  ): Promise<void> {
    const { rooms, transitory, clock } = this.#parts;
    await rooms.read((reader) => checkJoined(reader, user, room));
    const expiresAtMs = clock.now() + Math.min(timeoutMs, typingTimeoutMsMax);
    this.#waiting.get(nameOf(room, user))?.abort();
    await transitory.write(
      async (writer) => {
        if (isTyping) await writer.setTyping(room, user, { expiresAtMs });
        else if (await writer.typingUser(room, user)) await writer.setTyping(room, user, undefined);
      },
      { idempotent: true },
    );
    if (isTyping) this.#expireAt(room, user, expiresAtMs);
  }

  #expireAt(room: RoomId, user: UserId, expiresAtMs: number): void {
    const name = nameOf(room, user);
    const waiting = new AbortController();
    this.#waiting.get(name)?.abort();
    this.#waiting.set(name, waiting);
    const expiring = this.#expire(room, user, expiresAtMs, waiting.signal)
      .catch((error: unknown) => this.#parts.logger.error({ error, room }, 'typing could not be taken back'))
      .finally(() => {
        this.#expiring.delete(expiring);
        if (this.#waiting.get(name) === waiting) this.#waiting.delete(name);
      });
    this.#expiring.add(expiring);
  }

  async #expire(room: RoomId, user: UserId, expiresAtMs: number, signal: AbortSignal): Promise<void> {
    const { clock, transitory } = this.#parts;
    await clock.sleep(Math.max(0, expiresAtMs - clock.now()), signal);
    if (signal.aborted) return;
    await transitory.write(
      async (writer) => {
        // Another process may have been told since that they go on.
        const typing = await writer.typingUser(room, user);
        if (typing && typing.expiresAtMs <= expiresAtMs) await writer.setTyping(room, user, undefined);
      },
      { idempotent: true },
    );
  }

  /** Waits no longer; who was typing is taken back by whoever starts next. */
  async [Symbol.asyncDispose](): Promise<void> {
    for (const waiting of this.#waiting.values()) waiting.abort();
    await Promise.all(this.#expiring);
  }
}

function nameOf(room: RoomId, user: UserId): string {
  return `${room}\0${user}`;
}
