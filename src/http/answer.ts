// The form in which an answer leaves, whichever way: status, headers and bytes, made from what an operation answered
// or from the error that it threw.
import { corsHeaders } from '#http/cors';
import { isReply } from '#http/reply';
import { ProtocolError } from '#support/errors';

export interface Answer {
  readonly status: number;
  /** Name, value, name, value: what node writes without making anything of it. */
  readonly headers: readonly string[];
  readonly body: string | Uint8Array | ReadableStream<Uint8Array> | undefined;
}

/** Makes an answer of what an operation returned: a `Reply`, a `Response`, or a JSON value for status 200. */
export function answerOf(value: unknown): Answer {
  if (isReply(value)) return makeAnswer(value.status, value.contentType, value.body, value.headers);
  if (value instanceof Response) {
    const headers: string[] = [...corsHeaders];
    for (const [name, text] of value.headers) headers.push(name, text);
    return { status: value.status, headers, body: value.body ?? undefined };
  }
  return makeAnswer(200, 'application/json', JSON.stringify(value ?? {}), undefined);
}

/**
 * Makes an answer of an error: a ProtocolError as it says; anything else as a 500 that tells nothing of the inside.
 * Client-Server API, "Standard error response" and "Rate limiting" (Retry-After).
 */
export function answerOfError(error: unknown, requestId: string): Answer {
  if (!(error instanceof ProtocolError)) {
    const body = { errcode: 'M_UNKNOWN', error: `Internal server error (request ${requestId}).` };
    return makeAnswer(500, 'application/json', JSON.stringify(body), undefined);
  }
  const retryAfterMs = error.details.retry_after_ms;
  return makeAnswer(
    error.status,
    'application/json',
    JSON.stringify({ errcode: error.errcode, error: error.message, ...error.details }),
    typeof retryAfterMs === 'number' ? { 'Retry-After': String(Math.ceil(retryAfterMs / 1_000)) } : undefined,
  );
}

/** The answer to OPTIONS on any path: the CORS headers and nothing else. */
export const preflightAnswer: Answer = {
  status: 204,
  headers: [...corsHeaders, 'Access-Control-Max-Age', '86400'],
  body: undefined,
};

/** RFC 9110 section 15.5.6: a known path under another method says which methods it has. */
export function methodNotAllowedAnswer(method: string, allowed: readonly string[]): Answer {
  const methods = allowed.join(', ');
  const body = { errcode: 'M_UNRECOGNIZED', error: `This path answers ${methods}, not ${method}.` };
  return makeAnswer(405, 'application/json', JSON.stringify(body), { Allow: `${methods}, OPTIONS` });
}

function makeAnswer(
  status: number,
  contentType: string | undefined,
  body: string | Uint8Array | undefined,
  further: Readonly<Record<string, string>> | undefined,
): Answer {
  const headers: string[] = [];
  if (contentType !== undefined) headers.push('Content-Type', contentType);
  if (body !== undefined) {
    headers.push(
      'Content-Length',
      String(typeof body === 'string' ? Buffer.byteLength(body) : body.byteLength),
    );
  }
  for (const header of corsHeaders) headers.push(header);
  if (further) for (const name of Object.keys(further)) headers.push(name, further[name] ?? '');
  return { status, headers, body };
}
