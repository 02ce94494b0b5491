// User-interactive authentication: an operation that offers flows of stages, and a client that completes them over
// several requests. Client-Server API, "User-Interactive Authentication API".
import type { CompletedStage, InteractiveSessionRecord } from '#databases/accounts/records';
import type { Identity } from '#domain/identity/identity';
import { type JsonObject, ownString } from '#protocol/matrix/json';
import { ProtocolError } from '#support/errors';
import { interactiveSessionMinutesMax } from '#support/limits';
import { randomToken } from '#support/random';

/**
 * Judges one attempt on a stage: returns a fact to remember (or nothing).
 * @throws ProtocolError forbidden when the attempt failed and may be repeated; other errors refuse the request itself
 */
export type Stage = (auth: JsonObject) => Promise<string | undefined>;

/** What an operation asks for. */
export interface InteractiveDemand {
  /** The operation, and on whose behalf; a session counts for this only. */
  readonly purpose: string;
  /** Any one of them must be completed, in its order. */
  readonly flows: readonly (readonly string[])[];
  readonly stages: Readonly<Record<string, Stage>>;
}

/** The body of the 401 answer that tells a client what is still to be done. */
export interface Challenge {
  readonly flows: readonly { readonly stages: readonly string[] }[];
  readonly params: JsonObject;
  readonly session: string;
  readonly completed?: readonly string[];
  readonly errcode?: string;
  readonly error?: string;
}

/** The facts of the completed stages by their types, or what the client is to be told instead. */
export type InteractiveOutcome =
  | { readonly facts: ReadonlyMap<string, string | undefined>; readonly session: string | undefined }
  | { readonly challenge: Challenge };

const sessionCharacters = 24;
const minuteMs = 60_000;

/**
 * Takes an operation's `auth` parameter one step further. A client that begins with a stage right away, without a
 * session, is taken at its word. Without `auth` it never succeeds.
 */
export async function authenticateInteractively(
  identity: Identity,
  demand: InteractiveDemand,
  auth: JsonObject | undefined,
): Promise<InteractiveOutcome> {
  const given = auth && ownString(auth, 'session');
  const found = given === undefined ? undefined : await readSession(identity, given);
  const known = found?.purpose === demand.purpose ? found : undefined;
  const session = known && given;
  const completed = known?.completed ?? [];
  const challenge = (done: readonly CompletedStage[], refusal?: ProtocolError) =>
    challengeWith(identity, demand, session, done, refusal);

  if (!auth) return challenge(completed);
  if (given !== undefined && !known) {
    return challenge(
      completed,
      new ProtocolError('unauthorized', 'This session is not known or has lapsed: begin anew.'),
    );
  }
  const type = ownString(auth, 'type');
  if (type === undefined || completed.some((stage) => stage.type === type)) {
    return isComplete(demand, completed) ? accept(completed, session) : challenge(completed);
  }
  const stage = nextStages(demand, completed).has(type) ? demand.stages[type] : undefined;
  if (!stage) {
    return challenge(
      completed,
      new ProtocolError('unauthorized', `"${type.slice(0, 64)}" is not the next stage of any flow.`),
    );
  }
  let fact: string | undefined;
  try {
    fact = await stage(auth);
  } catch (error) {
    if (error instanceof ProtocolError && error.kind === 'forbidden') return challenge(completed, error);
    throw error;
  }
  const done = [...completed, fact === undefined ? { type } : { type, fact }];
  return isComplete(demand, done) ? accept(done, session) : challenge(done);
}

/** Ends a session whose operation has been carried out, so that it counts for nothing more. */
export async function endInteractiveSession(
  { accounts }: Identity,
  session: string | undefined,
): Promise<void> {
  if (session === undefined) return;
  const minute = minuteOf(session);
  await accounts.write((writer) => writer.clearInteractiveSession(minute, session), { idempotent: true });
}

function accept(completed: readonly CompletedStage[], session: string | undefined): InteractiveOutcome {
  return { facts: new Map(completed.map(({ type, fact }) => [type, fact])), session };
}

function isComplete({ flows }: InteractiveDemand, completed: readonly CompletedStage[]): boolean {
  return flows.some((flow) => flow.every((type) => completed.some((stage) => stage.type === type)));
}

/** The stage after what has been completed, in each of the flows that begin with just that. */
function nextStages({ flows }: InteractiveDemand, completed: readonly CompletedStage[]): Set<string> {
  const next = new Set<string>();
  for (const flow of flows) {
    const isBegun = completed.every((stage, index) => flow[index] === stage.type);
    const type = flow[completed.length];
    if (isBegun && type !== undefined) next.add(type);
  }
  return next;
}

async function challengeWith(
  identity: Identity,
  { purpose, flows }: InteractiveDemand,
  session: string | undefined,
  completed: readonly CompletedStage[],
  refusal: ProtocolError | undefined,
): Promise<InteractiveOutcome> {
  const open = session ?? drawSessionId(identity);
  const done = completed.map(({ type }) => type);
  await storeSession(identity, open, { purpose, completed });
  return {
    challenge: {
      flows: flows.map((stages) => ({ stages })),
      params: {},
      session: open,
      ...(done.length > 0 ? { completed: done } : {}),
      ...(refusal ? { errcode: refusal.errcode, error: refusal.message } : {}),
    },
  };
}

/** A session's id begins with the minute in which it lapses: what lapsed is one range, and needs no reading to be told. */
function drawSessionId({ clock, random }: Identity): string {
  const minute = Math.floor(clock.now() / minuteMs) + interactiveSessionMinutesMax;
  return `${minute.toString(36)}.${randomToken(random, sessionCharacters)}`;
}

function minuteOf(session: string): number {
  const digits = /^([0-9a-z]{1,8})\.[A-Za-z0-9]+$/.exec(session)?.[1];
  return digits === undefined ? Number.NaN : Number.parseInt(digits, 36);
}

async function readSession(
  { accounts, clock }: Identity,
  session: string,
): Promise<InteractiveSessionRecord | undefined> {
  const minute = minuteOf(session);
  if (!(clock.now() < minute * minuteMs)) return undefined;
  return accounts.read((reader) => reader.interactiveSession(minute, session));
}

async function storeSession(
  { accounts, clock }: Identity,
  session: string,
  record: InteractiveSessionRecord,
): Promise<void> {
  const now = Math.floor(clock.now() / minuteMs);
  await accounts.write(
    (writer) => {
      writer.clearInteractiveSessionsBefore(now);
      writer.setInteractiveSession(minuteOf(session), session, record);
    },
    { idempotent: true },
  );
}
