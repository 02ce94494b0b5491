// What an administrator can ask of a server, as one table of functions with schemas of what goes in and what comes out.
// The commands are written against it; it is answered in the process that holds the data: the same one, or a running
// server through its control socket.
import type { z } from 'zod';
import { accountMethods } from '#app/administration/accounts';
import { databaseMethods } from '#app/administration/databases';
import { listMethods } from '#app/administration/lists';
import { postMethods } from '#app/administration/posts';
import { profileMethods } from '#app/administration/profiles';
import { reactionMethods } from '#app/administration/reactions';
import { relationMethods } from '#app/administration/relations';
import { retrievalMethods } from '#app/administration/retrieval';
import { tokenMethods } from '#app/administration/tokens';

export const administrationMethods = {
  ...tokenMethods,
  ...accountMethods,
  ...profileMethods,
  ...databaseMethods,
  ...relationMethods,
  ...postMethods,
  ...reactionMethods,
  ...listMethods,
  ...retrievalMethods,
} as const;

export type AdministrationMethods = typeof administrationMethods;
export type AdministrationMethod = keyof AdministrationMethods;

/** What a caller may leave out, it gets as the schema's default. */
export type AdministrationInput<Method extends AdministrationMethod> = z.input<
  AdministrationMethods[Method]['input']
>;
export type AdministrationOutput<Method extends AdministrationMethod> = z.output<
  AdministrationMethods[Method]['output']
>;

/** How commands call it. Every method refuses with a ProtocolError. */
export type Administration = {
  readonly [Method in AdministrationMethod]: (
    input: AdministrationInput<Method>,
  ) => Promise<AdministrationOutput<Method>>;
};

/** How the server answers it: with its input already checked. */
export type AdministrationImplementation = {
  readonly [Method in AdministrationMethod]: (
    input: z.output<AdministrationMethods[Method]['input']>,
  ) => Promise<AdministrationOutput<Method>>;
};

export function isAdministrationMethod(name: string): name is AdministrationMethod {
  return Object.hasOwn(administrationMethods, name);
}
