// What goes through a draft: events that are appended, received or laid aside, and what they are afterwards.
import type { AsideStanding, EventMark, Refusal, TimelineEvent } from '#databases/rooms/records';
import type { StateView } from '#databases/rooms/state-view';
import type { Pdu } from '#protocol/matrix/event';
import type { EventId } from '#protocol/matrix/identifiers';
import type { Position } from '#store/contract';
import type { PendingPosition } from '#store/versionstamp';

/** An event of the draft: stored before, or appended by the transaction under way. */
export interface DraftEvent {
  readonly eventId: EventId;
  readonly pdu: Pdu;
  readonly at: Position | PendingPosition;
  /** What was stored beside it. */
  readonly mark: EventMark;
}

/** An event to append: hashed and judged; its signature may still be under way. */
export interface Appended {
  readonly eventId: EventId;
  readonly pdu: Pdu;
  /** The signed event, and its canonical JSON. */
  readonly signed: Promise<SignedEvent>;
  readonly sentBy?: NonNullable<EventMark['sentBy']>;
  /** The stripped state that an invited local user is shown. */
  readonly inviteState?: readonly object[];
  /** True where only `parseJson` reads the bytes as they stand. */
  readonly hasExactNumbers?: true;
  /** Where it lay as an outlier until now. */
  readonly keptFrom?: Position;
}

/** An event with arbitrary predecessors, all of them stored, that has been judged. */
export interface Received extends Omit<Appended, 'signed' | 'keptFrom'> {
  /** Its canonical JSON, in the form that is kept. */
  readonly bytes: Buffer;
  /** The state before it; may be left out for an event whose predecessors are the room's extremities. */
  readonly before?: StateView;
  readonly standing: 'accepted' | Exclude<AsideStanding, 'outlier'>;
  readonly refusal?: Refusal;
}

/** An event that is known only because others name it among their auth events. */
export type Outlier = Pick<Received, 'eventId' | 'pdu' | 'bytes' | 'hasExactNumbers' | 'refusal'>;

export interface SignedEvent {
  readonly pdu: Pdu;
  readonly bytes: Buffer;
}

/** Thrown before anything is written: what is asked must be the first that a draft does in its transaction. */
export class ComesFirstError extends Error {
  constructor() {
    super('An event on a fork must be the first of its transaction to be appended to its room.');
    this.name = 'ComesFirstError';
  }
}

export function toDraftEvent({ at, room: _room, pdu, ...mark }: TimelineEvent): DraftEvent {
  return { eventId: mark.eventId, pdu, at, mark };
}
