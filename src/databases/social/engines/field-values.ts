// The values of a record's fields in the order in which a key or an index has them.
import type { AnyRecord } from '#databases/social/records/record-type';

/** The values of these fields, up to the first that is left out. */
export function leadOf(fields: readonly string[], values: AnyRecord): unknown[] {
  const missing = fields.findIndex((field) => values[field] === undefined);
  return (missing < 0 ? fields : fields.slice(0, missing)).map((field) => values[field]);
}

/** The values of all of these fields; one that is missing is an error of the program. */
export function keyOf(fields: readonly string[], values: AnyRecord): unknown[] {
  const lead = leadOf(fields, values);
  if (lead.length < fields.length) throw new TypeError(`${fields[lead.length]} is missing`);
  return lead;
}
