// Who holds a piece of work until when. Clocks only decide when another may take over; what keeps a holder that was
// overtaken from writing is the fence, which is read in the transaction that writes.
import { declareRecord } from '#databases/social/records/record-type';

export interface LeaseRecord {
  readonly work: string;
  readonly holder: string;
  /** Drawn anew by every acquisition. */
  readonly fence: string;
  /** Milliseconds since the Unix epoch, by the clock of the holder. */
  readonly expiresAt: number;
}

export const leases = declareRecord<LeaseRecord>()({
  name: 'leases',
  about: 'Who holds a piece of work until when',
  fields: { work: 'text', holder: 'text', fence: 'text', expiresAt: 'integer' },
  key: ['work'],
});
