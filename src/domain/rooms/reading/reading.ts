// What the reading of rooms needs, and how its answers are written: as JSON text, put together from the texts of events.
import type { RoomsReader } from '#databases/rooms/rooms-reader';
import type { UserId } from '#protocol/matrix/identifiers';
import type { Clock } from '#support/clock';

export interface Reading {
  readonly rooms: { read<T>(body: (reader: RoomsReader) => Promise<T>): Promise<T> };
  readonly clock: Clock;
}

/** Who asks, and with which device. */
export interface Asker {
  readonly userId: UserId;
  readonly deviceId: string;
}

/** JSON that is already written. */
export type JsonText = string & { readonly __jsonText: unique symbol };

/** An object of members that are already written; those that are undefined are left out. */
export function jsonObjectText(members: Readonly<Record<string, string | undefined>>): JsonText {
  let text = '';
  for (const key of Object.keys(members)) {
    const value = members[key];
    if (value !== undefined) text += `${text === '' ? '' : ','}${JSON.stringify(key)}:${value}`;
  }
  return `{${text}}` as JsonText;
}

export function jsonArrayText(items: readonly string[]): JsonText {
  return `[${items.join(',')}]` as JsonText;
}
