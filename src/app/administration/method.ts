// How a method of the administration is declared: a schema of what goes in and one of what comes out; and the parts that
// many of them share.
import { z } from 'zod';

export const method = <Input extends z.ZodType, Output extends z.ZodType>(input: Input, output: Output) => ({
  input,
  output,
});

/** The local part or the user id of an account of this server, in any case. */
export const accountName = z.string().min(1).max(255);

/** What asks for one page of a list: behind the place that the page before it named. */
export const listing = {
  after: z.string().optional(),
  limit: z.number().int().min(1).max(1_000).default(100),
};

/** Where the next page begins; absent on the last one. */
export const next = z.string().optional();

/** Milliseconds since the Unix epoch. */
export const time = z.number();
