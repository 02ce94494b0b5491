// How the administration's parts about the fediverse learn which account is meant.
import { findAccount } from '#domain/identity/accounts';
import type { Identity } from '#domain/identity/identity';

/** The name of an account, which may be named by its local part or its user id, in any case. Throws notFound. */
export async function nameOf(identity: Identity, account: string): Promise<string> {
  return (await findAccount(identity, account)).localpart;
}
