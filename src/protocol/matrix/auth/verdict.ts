// What the authorisation rules answer with: yes or no, and by which rule. Rules go by their number in the room version's
// own list. Room version pages, "Authorisation rules".
import type { Pdu } from '#protocol/matrix/event';
import type { ServerName } from '#protocol/matrix/identifiers';

export type Verdict = Permission | Refusal;

export interface Permission {
  readonly allowed: true;
  /** Number of the rule that decided in the list of the room's version, such as `5.3.4`. */
  readonly rule: string;
}

export interface Refusal {
  readonly allowed: false;
  /** As of a permission. */
  readonly rule: string;
  readonly reason: string;
}

/** The state that an event is judged against: the event under a type and state key, if there is one. */
export type AuthState = (type: string, stateKey: string) => Pdu | undefined;

/** What the rules ask that neither the event nor the state can tell. */
export interface AuthFacts {
  /** True when the event bears a valid signature by that server; without it no other server is taken to have signed. */
  readonly isSignedBy?: (server: ServerName) => boolean;
}

/** One object for each number that a rule may have: nearly every verdict is one of few permissions. */
const permissions = new Map<string, Permission>();

export function allowed(rule: string): Permission {
  const known = permissions.get(rule);
  if (known !== undefined) return known;
  const permission: Permission = { allowed: true, rule };
  permissions.set(rule, permission);
  return permission;
}

export function refused(rule: string, reason: string): Refusal {
  return { allowed: false, rule, reason };
}
