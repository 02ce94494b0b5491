// The databases as such: their raw keys, and whether their indices agree with their rows.
import { z } from 'zod';
import { listing, method, next } from '#app/administration/method';

export const databaseNames = ['rooms', 'accounts', 'transitory', 'social'] as const;
export type DatabaseName = (typeof databaseNames)[number];
const database = z.enum(databaseNames);

export const databaseMethods = {
  /** Keys of a database as named paths, in their order. */
  dumpKeys: method(
    z.object({ database, ...listing }),
    z.object({ keys: z.array(z.object({ path: z.string(), valueBytes: z.number() })), next }),
  ),
  /** Rebuilds every derived index of one database in memory and compares. */
  check: method(z.object({ database }), z.object({ rowsRead: z.number(), differences: z.array(z.string()) })),
} as const;
