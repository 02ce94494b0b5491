// Holds answers to the Matrix specification: whatever a test gets from one of its operations must be what the OpenAPI
// schema of that operation and status says. Without the specification's documents everything passes.
import type { SchemaValidateFunction } from 'ajv';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import type { Answer } from '#http/answer';
import type { Operation } from '#http/operation';
import { isEventId, isRoomAlias, isRoomId, isUserId, parseServerName } from '#protocol/matrix/identifiers';
import { loadSpecification, type Specification } from '#test/contract/specification';

export interface Contract {
  /** In one sentence what an answer breaks; undefined where it keeps the contract or there is none. */
  breachOf(operation: Operation, answer: Answer): string | undefined;
}

/** Client-Server API, "Standard error response" and "Common error codes" (M_ and capitals for the specification's). */
const standardError = {
  type: 'object',
  required: ['errcode', 'error'],
  properties: {
    errcode: { type: 'string', pattern: '^M_[A-Z0-9_]+$' },
    error: { type: 'string', minLength: 1 },
    retry_after_ms: { type: 'integer', minimum: 1 },
  },
};

export function makeContract(specification: Specification | undefined): Contract {
  const ajv = makeAjv();
  const validators = new WeakMap<object, ValidateFunction>();
  const breach = (schema: object, body: unknown): string | undefined => {
    let validate = validators.get(schema);
    if (!validate) validators.set(schema, (validate = ajv.compile(withOverlap(schema))));
    return validate(body) ? undefined : ajv.errorsText(validate.errors, { dataVar: 'answer' });
  };

  function breachOf(operation: Operation, answer: Answer): string | undefined {
    const specified = specification?.find(operation);
    if (!specified) return undefined;
    if (specified.id !== operation.id) return `the specification calls it ${specified.id}`;
    const { status, body } = answer;
    const schema = specified.responses.get(status);
    if (status < 400 && !specified.responses.has(status)) return 'the specification knows no such status';
    if (status < 400 && !schema) return undefined;
    if (headerOf(answer, 'content-type') !== 'application/json') return 'its Content-Type is not JSON';
    const json: unknown = JSON.parse(typeof body === 'string' ? body : '');
    if (status < 400) return schema && breach(schema, json);
    const errorBreach = breach(standardError, json);
    // Client-Server API, "User-interactive API in the REST API": its 401 names flows, not always an error.
    if (status === 401 && schema && errorBreach) return breach(schema, json);
    return errorBreach ?? (status !== 401 && schema ? breach(schema, json) : undefined);
  }

  return {
    breachOf(operation, answer) {
      const found = breachOf(operation, answer);
      return (
        found && `${operation.id} answered ${answer.status} ${String(answer.body).slice(0, 500)}: ${found}`
      );
    },
  };
}

/** The contract of the specification beside this checkout. */
export const matrixContract = makeContract(loadSpecification());

/** A router's `observe` that throws, so that the call that was answered so fails. */
export function refuseBreaches(operation: Operation, answer: Answer): void {
  const breach = matrixContract.breachOf(operation, answer);
  if (breach) throw new Error(breach);
}

/** For servers behind sockets: a router's `observe` that remembers breaches, and throws them at the end. */
export function collectBreaches(): { observe: typeof refuseBreaches } & Disposable {
  const breaches = new Set<string>();
  return {
    observe(operation, answer) {
      const breach = matrixContract.breachOf(operation, answer);
      if (breach) breaches.add(breach);
    },
    [Symbol.dispose]() {
      if (breaches.size > 0) throw new Error(`Answers broke the contract:\n${[...breaches].join('\n')}`);
    },
  };
}

/** Alternatives of the specification may overlap (any object, or an event), which `oneOf` would refuse. */
function withOverlap(schema: object): object {
  return JSON.parse(JSON.stringify(schema), function (this: Record<string, unknown>, key, value) {
    if (key !== 'oneOf') return value;
    this.anyOf = value;
    return undefined;
  });
}

function makeAjv(): Ajv2020 {
  const formats: Record<string, (text: string) => boolean> = {
    'mx-user-id': isUserId,
    'mx-room-id': isRoomId,
    'mx-event-id': isEventId,
    'mx-room-alias': isRoomAlias,
    'mx-server-name': isServerName,
    'mx-mxc-uri': (text) => /^mxc:\/\/[^/]+\/[A-Za-z0-9_-]+$/.test(text),
    uri: URL.canParse,
    email: (text) => /^[^@\s]+@[^@\s]+$/.test(text),
  };
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  for (const [name, validate] of Object.entries(formats)) ajv.addFormat(name, { type: 'string', validate });
  ajv.addFormat('int64', { type: 'number', validate: Number.isSafeInteger });
  ajv.addFormat('float', { type: 'number', validate: Number.isFinite });
  // The specification's own keyword: it stands with a property's schema and says which format the property's name has.
  const validate: SchemaValidateFunction = (format: string, _data, _schema, place) =>
    formats[format]?.(String(place?.parentDataProperty)) === true;
  ajv.addKeyword({ keyword: 'x-pattern-format', schemaType: 'string', errors: false, validate });
  return ajv;
}

function isServerName(text: string): boolean {
  try {
    parseServerName(text);
    return true;
  } catch {
    return false;
  }
}

function headerOf({ headers }: Answer, name: string): string | undefined {
  const index = headers.findIndex((field, at) => at % 2 === 0 && field.toLowerCase() === name);
  return index < 0 ? undefined : headers[index + 1];
}
