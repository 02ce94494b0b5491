// From a list of operations to one function that answers any request. The order of what happens to a call: path and
// method, caller, rate limit, body, schemas, the operation itself; nothing costly precedes the rate limit.
import { type Authenticate, accessTokenOf } from '#http/access';
import { type Answer, answerOf, answerOfError, methodNotAllowedAnswer, preflightAnswer } from '#http/answer';
import { parseJsonBody } from '#http/body';
import { addressSubject, type ClientAddress } from '#http/client-address';
import type { Incoming } from '#http/incoming';
import type { Call, Caller, Operation } from '#http/operation';
import { makePathTree } from '#http/path-tree';
import { parseQuery } from '#http/query';
import type { RateLimits } from '#http/rate-limits';
import { checkBody, checkQuery } from '#http/validation';
import { ProtocolError } from '#support/errors';
import { jsonBodyBytesMax } from '#support/limits';
import type { Logger } from '#support/logging';
import { type Random, randomToken } from '#support/random';

/** Answers any request, whatever it is; it never rejects. */
export type Handler = (incoming: Incoming) => Promise<Answer>;

export interface RouterParts {
  readonly operations: readonly Operation[];
  readonly authenticate: Authenticate;
  readonly rateLimits: RateLimits;
  readonly clientAddress: ClientAddress;
  /** Whether `?access_token=` counts where there is no Authorization header. */
  readonly accessTokensInQuery: boolean;
  readonly logger: Logger;
  readonly random: Random;
  /** Told of every answer that an operation gave or refused, for metrics and for tests of the contract. */
  readonly observe?: (operation: Operation, answer: Answer) => void;
}

/** @throws Error when two operations claim the same method and path, or have the same id */
export function makeRouter(parts: RouterParts): Handler {
  const tree = makePathTree(parts.operations);

  return async (incoming) => {
    let operation: Operation | undefined;
    let answer: Answer;
    try {
      const { method, rawTarget } = incoming;
      if (method === 'OPTIONS') return preflightAnswer;
      const question = rawTarget.indexOf('?');
      const path = question < 0 ? rawTarget : rawTarget.slice(0, question);
      const match = tree.match(method === 'HEAD' ? 'GET' : method, path);
      if (match.found === 'otherMethods') return methodNotAllowedAnswer(method, match.methods);
      if (match.found === 'nothing')
        throw new ProtocolError('unrecognized', 'There is nothing at this path.');
      operation = match.operation;
      const queryString = question < 0 ? '' : rawTarget.slice(question + 1);
      const call = new IncomingCall(incoming, operation, match.params, parts.clientAddress);
      const answered = answerCall(parts, operation, call, queryString);
      answer = answerOf(await answered);
    } catch (error) {
      answer = refuse(parts, incoming, operation, error);
    }
    if (operation && parts.observe) parts.observe(operation, answer);
    return answer;
  };
}

async function answerCall(
  { authenticate, rateLimits, accessTokensInQuery }: RouterParts,
  operation: Operation,
  call: IncomingCall,
  queryString: string,
): Promise<unknown> {
  const { access } = operation;
  let subject: string | undefined;
  if (access === 'user' || access === 'userOptional') {
    const token = accessTokenOf(call.header('authorization'), accessTokensInQuery ? queryString : undefined);
    if (token !== undefined) {
      const caller: Caller = await authenticate(token, call.clientAddress);
      call.caller = caller;
      subject = caller.userId;
    } else if (access === 'user') {
      throw new ProtocolError('missingToken', 'This needs an access token, as "Authorization: Bearer …".');
    }
  } else if (access !== 'public') {
    call.caller = await access.identify(call);
    subject = access.rateSubject?.(call.caller);
  }
  rateLimits.admit(operation.rate, subject ?? addressSubject(call.clientAddress));
  if (operation.query) call.query = checkQuery(operation.query, parseQuery(queryString));
  if (operation.body) {
    const bytes = await call.bytes();
    const json = bytes.length === 0 && operation.bodyOptional ? {} : parseJsonBody(bytes);
    call.body = checkBody(operation.body, json);
  }
  return operation.answer(call);
}

function refuse(
  parts: RouterParts,
  incoming: Incoming,
  operation: Operation | undefined,
  error: unknown,
): Answer {
  if (error instanceof ProtocolError) return answerOfError(error, '');
  const requestId = randomToken(parts.random, 12);
  // A client that has gone mid-request makes reads fail; that is its own doing and nobody reads the answer.
  if (!incoming.gone) {
    parts.logger.error(
      { requestId, operation: operation?.id, method: incoming.method, error },
      'request failed',
    );
  }
  return answerOfError(error, requestId);
}

/** A call as the router fills it in; its costly parts are made when they are asked for. */
class IncomingCall implements Call {
  readonly params: Readonly<Record<string, string>>;
  query: unknown = undefined;
  body: unknown = undefined;
  caller: unknown = undefined;
  readonly #incoming: Incoming;
  readonly #operation: Operation;
  readonly #addressOf: ClientAddress;
  #bytes: Promise<Buffer> | undefined;
  #clientAddress: string | undefined;

  constructor(
    incoming: Incoming,
    operation: Operation,
    params: Readonly<Record<string, string>>,
    addressOf: ClientAddress,
  ) {
    this.#incoming = incoming;
    this.#operation = operation;
    this.#addressOf = addressOf;
    this.params = params;
  }

  get clientAddress(): string {
    const { socketAddress } = this.#incoming;
    return (this.#clientAddress ??= this.#addressOf(socketAddress, this.#incoming.header('x-forwarded-for')));
  }

  get method(): string {
    return this.#incoming.method;
  }

  get rawTarget(): string {
    return this.#incoming.rawTarget;
  }

  get request(): Request {
    return this.#incoming.request;
  }

  get signal(): AbortSignal {
    return this.#incoming.signal;
  }

  header(name: string): string | undefined {
    return this.#incoming.header(name);
  }

  bytes(): Promise<Buffer> {
    return (this.#bytes ??= this.#incoming.readBytes(this.#operation.bodyBytesMax ?? jsonBodyBytesMax));
  }
}
