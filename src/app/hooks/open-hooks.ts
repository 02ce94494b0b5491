// The hooks that the operator has set, as functions. A webhook may lie on the loopback or on a private network: the
// operator says where, and nobody else can.
import type { HookTarget } from '#app/hooks/parse-hook';
import { runProgram } from '#app/hooks/run-program';
import type { Hook, Hooks } from '#domain/social/hooks/hooks';
import { callWebhook } from '#network/call-webhook';
import type { Transport } from '#network/transport';

export interface HookSettings {
  readonly onMessage?: HookTarget | undefined;
  readonly onFollower?: HookTarget | undefined;
  readonly secret?: string | undefined;
}

/** @param transport one that may go to private addresses */
export function openHooks({ onMessage, onFollower, secret }: HookSettings, transport: Transport): Hooks {
  const hookOf = (target: HookTarget): Hook =>
    target.kind === 'webhook'
      ? (call, signal) => callWebhook({ transport, url: target.url, secret }, call, signal)
      : ({ body }, signal) => runProgram(target.program, body, signal);
  return {
    ...(onMessage ? { message: hookOf(onMessage) } : {}),
    ...(onFollower ? { follower: hookOf(onFollower) } : {}),
  };
}
