// What an operation may answer with when a plain JSON value with status 200 is not enough.

const replyMark = Symbol('reply');

/** An answer with a status and headers of its own; made by `reply` and `replyText` only. */
export interface Reply {
  readonly [replyMark]: true;
  readonly status: number;
  readonly contentType: string | undefined;
  readonly body: string | Uint8Array | undefined;
  readonly headers: Readonly<Record<string, string>> | undefined;
}

/**
 * Answers with JSON, or with no body where `body` is undefined.
 * @param headers further headers; a `content-type` among them replaces `application/json`
 */
export function reply(status: number, body?: unknown, headers?: Readonly<Record<string, string>>): Reply {
  const declared = headers?.['content-type'];
  let rest = headers;
  if (headers && declared !== undefined) {
    const { 'content-type': _taken, ...others } = headers;
    rest = others;
  }
  return {
    [replyMark]: true,
    status,
    contentType: body === undefined ? undefined : (declared ?? 'application/json'),
    body: body === undefined ? undefined : JSON.stringify(body),
    headers: rest,
  };
}

/** Answers with a body that is already text or bytes: a page, a picture, JSON that was assembled elsewhere. */
export function replyText(
  status: number,
  contentType: string,
  body: string | Uint8Array,
  headers?: Readonly<Record<string, string>>,
): Reply {
  return { [replyMark]: true, status, contentType, body, headers };
}

export function isReply(value: unknown): value is Reply {
  return typeof value === 'object' && value !== null && replyMark in value;
}
