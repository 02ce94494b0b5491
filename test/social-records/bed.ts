// What the suite of the back ends needs of each: fresh data, any number of engines on it as several processes have, and
// the end of all of them.
import type { RecordEngine } from '#databases/social/record-engine';

export interface SocialData extends AsyncDisposable {
  /** Opens the records, beside those that have them open already, as another process does. */
  open(): Promise<RecordEngine>;
  /** Ends all engines that are open; where data outlives that, `open` finds it again. */
  close(): Promise<void>;
}

export interface BackEnd {
  readonly name: string;
  openData(): Promise<SocialData>;
  /** What is stored is there after the last engine has closed. */
  readonly isDurable: boolean;
  /** How much the suite asks of it, so that it takes seconds on each. */
  readonly size: SuiteSize;
}

export interface SuiteSize {
  /** Histories of each record type, and transactions in one of them. */
  readonly runs: number;
  readonly transactions: number;
  /** Rounds of races, and writers in them. */
  readonly rounds: number;
  /** Records that are paged through while others come and go. */
  readonly records: number;
  /** Leads of each listing that are tried, and bounds under each of them. */
  readonly leads: number;
  readonly bounds: number;
  /** Each awkward value has a record of its own; otherwise all of them together have one of each type. */
  readonly isWhole: boolean;
}

/** Two engines on the same data, as two processes have them. */
export interface Bed {
  readonly engine: RecordEngine;
  readonly other: RecordEngine;
}

export type OpenBed = () => Bed;

/** For engines that store thousands of records in a second. */
export const fastSize: SuiteSize = {
  runs: 6,
  transactions: 8,
  rounds: 12,
  records: 40,
  leads: 6,
  bounds: 3,
  isWhole: true,
};
/** For those with a network in between. */
export const mediumSize: SuiteSize = { ...fastSize, runs: 3, rounds: 6, leads: 4, bounds: 2, records: 20 };
/** For those that store a hundred or so. */
export const slowSize: SuiteSize = {
  runs: 1,
  transactions: 5,
  rounds: 3,
  records: 10,
  leads: 2,
  bounds: 1,
  isWhole: false,
};
