// What the writing child and the judging parent of the crash test agree on. A writer's transaction number n sets a group
// of rows and the writer's head to n, adds one to a common total, and clears the groups that have left the window.

export const writers = 12;
export const rowsPerGroup = 4;
/** So many groups stay; each transaction clears, as a range, what lies before them. */
export const windowGroups = 3;

const digits = (number: number) => String(number).padStart(8, '0');

export const headKey = (writer: number) => Buffer.from(`head/${digits(writer)}`);
export const totalKey = Buffer.from('total');
export const groupKey = (writer: number, sequence: number) =>
  Buffer.from(`group/${digits(writer)}/${digits(sequence)}`);
export const rowKey = (writer: number, sequence: number, row: number) =>
  Buffer.concat([groupKey(writer, sequence), Buffer.from(`/${row}`)]);
export const groupsEnd = (writer: number) => Buffer.from(`group/${digits(writer)}/:`);

/** A row's value: its sequence number, and bulk so that a write does not fit one block. */
export const rowValue = (sequence: number) =>
  Buffer.concat([Buffer.from(digits(sequence)), Buffer.alloc(1_500, 'x')]);
export const sequenceOf = (value: Buffer) => Number(value.subarray(0, 8).toString());

/** A line that the child prints once a transaction is acknowledged. */
export const acknowledgement = (writer: number, sequence: number, stamp: string) =>
  `${writer} ${sequence} ${stamp}\n`;
