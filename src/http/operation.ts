// An operation is a value: method, path, who may call it, its rate class, the schemas of what comes in and the function
// that answers. Router, validation, limits, the operations table and the coverage check all read this one object.
import type { z } from 'zod';
import type { Caller } from '#domain/identity/caller-cache';
import type { PathParams } from '#http/path-template';
import type { RateClass } from '#http/rate-limits';
import type { Awaitable } from '#support/awaitable';

export type { Caller } from '#domain/identity/caller-cache';

export type Method = 'GET' | 'POST' | 'PUT' | 'DELETE' | 'PATCH';

/** How an API of its own kind knows its callers: a signature of another server, an administrator's secret. */
export interface AccessRule<Who> {
  readonly name: string;
  /** @throws ProtocolError when the caller is not whom it should be */
  identify(call: Call): Awaitable<Who>;
  /** Whom the rate limit counts; without it the client's address. */
  rateSubject?(caller: Who): string;
}

/** Client-Server API, "Client Authentication": nobody, an access token, or one if the client sends it. */
export type Access = 'public' | 'user' | 'userOptional' | AccessRule<unknown>;

export type CallerOf<A extends Access> = A extends 'user'
  ? Caller
  : A extends 'userOptional'
    ? Caller | undefined
    : A extends AccessRule<infer Who>
      ? Who
      : undefined;

/** One call of an operation, with everything that came in already checked. */
export interface Call<
  Params = Readonly<Record<string, string>>,
  Query = unknown,
  Body = unknown,
  Who = unknown,
> {
  /** Percent-decoded path parameters; one that an alias leaves out is the empty string. */
  readonly params: Params;
  readonly query: Query;
  readonly body: Body;
  readonly caller: Who;
  /** The client's IP address, seen through trusted proxies; the empty string where there is none. */
  readonly clientAddress: string;
  readonly method: string;
  /** The request target exactly as it was sent. */
  readonly rawTarget: string;
  /** Web-standard form of the request; its body is read by `bytes`. */
  readonly request: Request;
  /** Aborted when the client has gone or the server is closing: whoever waits must answer now. */
  readonly signal: AbortSignal;
  /** A request header by its lower-case name. */
  header(name: string): string | undefined;
  /** The body as it was sent, of at most `bodyBytesMax` bytes; it may be asked for again. */
  bytes(): Promise<Buffer>;
}

interface Declaration<Path extends string, A extends Access, Q extends z.ZodType, B extends z.ZodType> {
  /** The specification's operationId; unique. */
  readonly id: string;
  /** Where the specification describes it. */
  readonly spec?: string;
  readonly method: Method;
  /** In OpenAPI form. A parameter never matches an empty segment: declare an alias for that. */
  readonly path: Path;
  /** Other paths to the same operation; a parameter that is not in one is the empty string there. */
  readonly aliases?: readonly string[];
  readonly access: A;
  readonly rate: RateClass;
  /** Checked against an object of strings, with an array where a name is repeated. */
  readonly query?: Q;
  /** Checked against the parsed JSON body. Without it the body is not read unless `answer` asks for `bytes`. */
  readonly body?: B;
  /** True where a request without any body counts as `{}`. */
  readonly bodyOptional?: boolean;
  /** At most so many bytes of body; `jsonBodyBytesMax` without it. */
  readonly bodyBytesMax?: number;
  /** Answers with a JSON value (status 200), a `reply(…)` or a `Response`; refuses by throwing a ProtocolError. */
  answer(call: Call<PathParams<Path>, z.output<Q>, z.output<B>, CallerOf<A>>): Awaitable<unknown>;
}

/** A declared operation, as the router and the tools see it. */
export interface Operation {
  readonly id: string;
  readonly spec?: string;
  readonly method: Method;
  readonly path: string;
  readonly aliases?: readonly string[];
  readonly access: Access;
  readonly rate: RateClass;
  readonly query?: z.ZodType;
  readonly body?: z.ZodType;
  readonly bodyOptional?: boolean;
  readonly bodyBytesMax?: number;
  answer(call: Call): Awaitable<unknown>;
}

/**
 * Declares an operation; the types of `call` follow from its path, schemas and access.
 *
 * @example
 * export const joinRoom = (rooms: Rooms) => operation({
 *   id: 'joinRoomById', method: 'POST', path: '/_matrix/client/v3/rooms/{roomId}/join',
 *   access: 'user', rate: 'write', body: z.object({ reason: z.string().optional() }), bodyOptional: true,
 *   answer: ({ params, caller, body }) => rooms.join(caller, params.roomId, body.reason),
 * });
 */
export function operation<
  const Path extends string,
  const A extends Access,
  Q extends z.ZodType = z.ZodUndefined,
  B extends z.ZodType = z.ZodUndefined,
>(declaration: Declaration<Path, A, Q, B>): Operation {
  return declaration;
}
