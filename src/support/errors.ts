// The one catalogue of errors that Hearth answers with. Floors below `http` throw a `ProtocolError` by its name here;
// only `http` turns it into a response. Matrix codes: Client-Server API, "Common error codes" and "Other error codes".

interface ErrorKind {
  /** HTTP status of the answer. */
  readonly status: number;
  /** The Matrix `errcode`. */
  readonly errcode: string;
}

export const errorCatalogue = {
  badJson: { status: 400, errcode: 'M_BAD_JSON' },
  notJson: { status: 400, errcode: 'M_NOT_JSON' },
  invalidParam: { status: 400, errcode: 'M_INVALID_PARAM' },
  missingParam: { status: 400, errcode: 'M_MISSING_PARAM' },
  badState: { status: 400, errcode: 'M_BAD_STATE' },
  badAlias: { status: 400, errcode: 'M_BAD_ALIAS' },
  invalidUsername: { status: 400, errcode: 'M_INVALID_USERNAME' },
  userInUse: { status: 400, errcode: 'M_USER_IN_USE' },
  roomInUse: { status: 400, errcode: 'M_ROOM_IN_USE' },
  aliasInUse: { status: 409, errcode: 'M_UNKNOWN' },
  invalidRoomState: { status: 400, errcode: 'M_INVALID_ROOM_STATE' },
  unsupportedRoomVersion: { status: 400, errcode: 'M_UNSUPPORTED_ROOM_VERSION' },
  weakPassword: { status: 400, errcode: 'M_WEAK_PASSWORD' },
  profileTooLarge: { status: 400, errcode: 'M_PROFILE_TOO_LARGE' },
  keyTooLarge: { status: 400, errcode: 'M_KEY_TOO_LARGE' },
  unknown: { status: 400, errcode: 'M_UNKNOWN' },
  missingToken: { status: 401, errcode: 'M_MISSING_TOKEN' },
  unknownToken: { status: 401, errcode: 'M_UNKNOWN_TOKEN' },
  unauthorized: { status: 401, errcode: 'M_UNAUTHORIZED' },
  forbidden: { status: 403, errcode: 'M_FORBIDDEN' },
  guestAccessForbidden: { status: 403, errcode: 'M_GUEST_ACCESS_FORBIDDEN' },
  userDeactivated: { status: 403, errcode: 'M_USER_DEACTIVATED' },
  cannotLeaveServerNotices: { status: 403, errcode: 'M_CANNOT_LEAVE_SERVER_NOTICE_ROOM' },
  notFound: { status: 404, errcode: 'M_NOT_FOUND' },
  unrecognized: { status: 404, errcode: 'M_UNRECOGNIZED' },
  methodNotAllowed: { status: 405, errcode: 'M_UNRECOGNIZED' },
  serverManaged: { status: 405, errcode: 'M_BAD_JSON' },
  conflict: { status: 409, errcode: 'M_UNKNOWN' },
  gone: { status: 410, errcode: 'M_NOT_FOUND' },
  tooLarge: { status: 413, errcode: 'M_TOO_LARGE' },
  unsupportedMediaType: { status: 415, errcode: 'M_UNKNOWN' },
  limitExceeded: { status: 429, errcode: 'M_LIMIT_EXCEEDED' },
  internal: { status: 500, errcode: 'M_UNKNOWN' },
  unavailable: { status: 503, errcode: 'M_UNKNOWN' },
  badGateway: { status: 502, errcode: 'M_UNKNOWN' },
} as const satisfies Record<string, ErrorKind>;

export type ErrorName = keyof typeof errorCatalogue;

/** A refusal that its caller may read: a name from the catalogue and a sentence that says what would be right. */
export class ProtocolError extends Error {
  readonly kind: ErrorName;
  /** Further fields of the answer's JSON body, such as `retry_after_ms` or `soft_logout`. */
  readonly details: Readonly<Record<string, unknown>>;

  constructor(kind: ErrorName, message: string, details: Readonly<Record<string, unknown>> = {}) {
    super(message);
    this.name = 'ProtocolError';
    this.kind = kind;
    this.details = details;
  }

  get status(): number {
    return errorCatalogue[this.kind].status;
  }

  get errcode(): string {
    return errorCatalogue[this.kind].errcode;
  }
}
