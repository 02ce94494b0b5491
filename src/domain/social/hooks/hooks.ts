// Hooks: what the operator wants to be told of, by a program or a web server of its own. How one is called is not known
// here; what it is told is docs/hooks.md.

export type HookEvent = 'message' | 'follower';

export interface HookCall {
  readonly event: HookEvent;
  /** The same for every attempt, and no other call's: whoever is called knows a repetition by it. */
  readonly id: string;
  /** JSON. */
  readonly body: string;
}

/** Calls once; rejects with the reason where it did not work, also when `signal` breaks it off. */
export type Hook = (call: HookCall, signal: AbortSignal) => Promise<void>;

/** Only those that the operator has set. */
export type Hooks = { readonly [Event in HookEvent]?: Hook };
