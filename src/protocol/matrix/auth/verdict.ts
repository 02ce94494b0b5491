// What the authorisation rules answer with. A refusal names the rule by its number in the room version's own list.
import type { Pdu } from '#protocol/matrix/event';
import type { ServerName } from '#protocol/matrix/identifiers';

export type Verdict =
  | { readonly allowed: true }
  | {
      readonly allowed: false;
      /** Number of the rule in the list of the room's version, such as `5.3.4`. */
      readonly rule: string;
      readonly reason: string;
    };

/** The state that an event is judged against: the event under a type and state key, if there is one. */
export type AuthState = (type: string, stateKey: string) => Pdu | undefined;

/** What the rules ask that neither the event nor the state can tell. */
export interface AuthFacts {
  /** True when the event bears a valid signature by that server; without it no other server is taken to have signed. */
  readonly isSignedBy?: (server: ServerName) => boolean;
}

export const allowed: Verdict = { allowed: true };

export function refused(rule: string, reason: string): Verdict {
  return { allowed: false, rule, reason };
}
