// When a host with pending deliveries is to be looked at. Queueing a delivery sets the turn without reading anything.
import { declareRecord } from '#databases/social/records/record-type';

export interface HostTurnRecord {
  /** Milliseconds since the Unix epoch; 0 is at once. */
  readonly dueAt: number;
  readonly host: string;
}

export const hostTurns = declareRecord<HostTurnRecord>()({
  name: 'hostTurns',
  about: 'That deliveries to a host are due at a time',
  fields: { dueAt: 'integer', host: 'text' },
  key: ['dueAt', 'host'],
});
