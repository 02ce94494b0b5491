// Hosts that failed us: the breaker's state, kept only while there are deliveries for the host.
import { declareRecord } from '#databases/social/records/record-type';

export interface FailingHostRecord {
  readonly host: string;
  /** Consecutive attempts that failed. */
  readonly failures: number;
  /** Nothing is sent before; then one delivery is tried. Milliseconds since the Unix epoch. */
  readonly retryAt: number;
}

export const failingHosts = declareRecord<FailingHostRecord>()({
  name: 'failingHosts',
  about: 'A host whose last deliveries failed, and when it is tried again',
  fields: { host: 'text', failures: 'integer', retryAt: 'integer' },
  key: ['host'],
});
