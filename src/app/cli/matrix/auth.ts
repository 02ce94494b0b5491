// `matrix auth`: what becomes of an event by the authorisation rules, and by which of them. Server-Server API, "Checks
// performed on receipt of a PDU", checks 4 to 6.
import { type LooseEvent, looseEvent, looseEvents } from '#app/cli/matrix/loose-event';
import { publicKeys } from '#app/cli/matrix/public-keys';
import { badInput, inputKeys, inputList, versionedTool } from '#app/cli/matrix/tool';
import type { AuthFacts, AuthState } from '#protocol/matrix/auth/verdict';
import { stateOf } from '#protocol/matrix/auth-rules';
import type { Pdu } from '#protocol/matrix/event';
import { signedBy } from '#protocol/matrix/event-signatures';
import { signedForm } from '#protocol/matrix/hashes';
import { type JsonObject, own, ownObject } from '#protocol/matrix/json';
import { judgeOnReceipt } from '#protocol/matrix/judge-pdu';
import type { RoomVersion } from '#protocol/matrix/room-versions';
import { stateKeyText } from '#protocol/matrix/state-keys';

export const auth = versionedTool((input, version) => {
  const { given, pdu } = looseEvent(own(input, 'event'), version, 'event');
  const authEvents = looseEvents(required(input, 'authEvents'), version, 'authEvents');
  const before = stateFrom(looseEvents(required(input, 'state'), version, 'state'), 'state');
  const current = inputList(input, 'currentState');
  const judgement = judgeOnReceipt(pdu, version, {
    authEvents: authEvents.map(({ pdu: event, rejected }) => ({ event, rejected })),
    create: before('m.room.create', ''),
    before,
    current: current && stateFrom(looseEvents(current, version, 'currentState'), 'currentState'),
    facts: factsAbout(given, version, input),
  });
  const { outcome: verdict, ...decided } = judgement;
  return { verdict, ...decided };
});

function required(input: JsonObject, key: string) {
  const list = inputList(input, key);
  if (list === undefined) throw badInput(`${key} is a list of events.`);
  return list;
}

function stateFrom(events: readonly LooseEvent[], name: string): AuthState {
  const keys = new Set<string>();
  for (const [index, { pdu }] of events.entries()) {
    if (pdu.state_key === undefined)
      throw badInput(`${name}[${index}] is no state event: it has no state_key.`);
    const key = stateKeyText(pdu.type, pdu.state_key);
    if (keys.has(key)) throw badInput(`${name} has two events of type ${pdu.type} with one state_key.`);
    keys.add(key);
  }
  return stateOf(events.map(({ pdu }) => pdu));
}

/** Signatures are verified where `keys` are given; otherwise those that are there are believed. */
function factsAbout(event: JsonObject, version: RoomVersion, input: JsonObject): AuthFacts {
  const signatures = ownObject(event, 'signatures') ?? {};
  if (own(input, 'keys') === undefined) {
    return { isSignedBy: (server) => Object.keys(ownObject(signatures, server) ?? {}).length > 0 };
  }
  const keys = publicKeys(inputKeys(input));
  const signed = { ...event, signatures } as unknown as Pdu;
  const form = signedForm(signed, version);
  return {
    isSignedBy: (server) => signedBy(signed, form, server, (of, keyId) => keys.get(of)?.get(keyId)),
  };
}
