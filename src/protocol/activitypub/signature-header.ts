// The Signature header of draft-cavage-http-signatures-12 (sections 2.1, 2.2 and 4.1): its parameters, read strictly.
import { ProtocolError } from '#support/errors';
import { uriCharactersMax } from '#support/limits';

export interface SignatureParameters {
  readonly keyId: string;
  readonly signature: Buffer;
  /** Lower case. */
  readonly algorithm: string | undefined;
  /** As it was written, because it is part of what is signed; seconds since the Unix epoch. */
  readonly created: string | undefined;
  readonly expires: string | undefined;
  /** What was signed, in order, lower case, none twice. */
  readonly headers: readonly string[];
}

const headerCharactersMax = 8_192;
const signedHeadersMax = 32;

/** Reads the value of a Signature header. Throws unauthorized, naming what is wrong. */
export function parseSignature(value: string): SignatureParameters {
  if (value.length > headerCharactersMax) throw refusal('is too long');
  const parameters = parseParameters(value);
  const keyId = parameters.get('keyId');
  const signature = parameters.get('signature');
  if (!keyId || keyId.length > uriCharactersMax) throw refusal('must have a keyId');
  if (!signature || !/^[A-Za-z0-9+/]+={0,2}$/.test(signature))
    throw refusal('must have a signature in base64');
  const created = parameters.get('created');
  const expires = parameters.get('expires');
  if (created !== undefined && !/^\d{1,12}$/.test(created))
    throw refusal('has a created that is not an integer');
  if (expires !== undefined && !/^\d{1,12}(\.\d{1,9})?$/.test(expires)) {
    throw refusal('has an expires that is not a number');
  }
  // Section 2.1.6: without the parameter the signature covers `(created)` alone.
  const headers = (parameters.get('headers') ?? '(created)').toLowerCase().split(' ');
  if (headers.length > signedHeadersMax || new Set(headers).size !== headers.length || headers.includes('')) {
    throw refusal('must name each signed header once, separated by one space');
  }
  return {
    keyId,
    signature: Buffer.from(signature, 'base64'),
    algorithm: parameters.get('algorithm')?.toLowerCase(),
    created,
    expires,
    headers,
  };
}

// Section 2.2: a signature whose parameters are duplicated is not processed.
const parameter = /\s*([A-Za-z][A-Za-z0-9_-]*)=(?:"([^"\\]*)"|([^\s",]+))\s*(,|$)/y;

function parseParameters(value: string): Map<string, string> {
  const parameters = new Map<string, string>();
  parameter.lastIndex = 0;
  while (parameter.lastIndex < value.length) {
    const match = parameter.exec(value);
    if (!match) throw refusal('is malformed');
    const [, name, quoted, token] = match;
    if (parameters.has(name!)) throw refusal(`has ${name} twice`);
    parameters.set(name!, quoted ?? token!);
  }
  return parameters;
}

function refusal(what: string): ProtocolError {
  return new ProtocolError('unauthorized', `The Signature header ${what}`);
}
