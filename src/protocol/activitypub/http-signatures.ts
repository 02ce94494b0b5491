// HTTP signatures as the fediverse uses them: draft-cavage-http-signatures-12 with RSA-SHA256, or Ed25519 by the type of
// the key. Verification comes in two steps, so that everything that needs no key is checked before one is fetched.
import { type KeyObject, sign, verify } from 'node:crypto';
import { parseHttpDate, toHttpDate } from '#protocol/activitypub/dates';
import { checkDigest } from '#protocol/activitypub/digest';
import { checkKeyStrength } from '#protocol/activitypub/public-keys';
import { parseSignature, type SignatureParameters } from '#protocol/activitypub/signature-header';
import { normaliseUri, type Uri } from '#protocol/activitypub/uris';
import { ProtocolError } from '#support/errors';
import { signatureAgeMsMax, signatureFutureMsMax } from '#support/limits';

export interface RequestToSign {
  readonly method: string;
  /** Path and query, exactly as they will be sent. */
  readonly target: string;
  /** Host with port, exactly as the Host header will be sent. */
  readonly authority: string;
  /** Milliseconds since the Unix epoch. */
  readonly date: number;
  /** `digestHeader(body)`, where there is a body. */
  readonly digest?: string;
  readonly contentType?: string;
  readonly keyId: string;
  readonly privateKey: KeyObject;
}

/**
 * The headers to send: host, date, digest, content-type and signature. RSA signs on the thread pool, so that a fan-out
 * does not hold the event loop.
 */
export async function signRequest(request: RequestToSign): Promise<Record<string, string>> {
  const headers: Record<string, string> = { host: request.authority, date: toHttpDate(request.date) };
  if (request.digest !== undefined) headers.digest = request.digest;
  if (request.contentType !== undefined) headers['content-type'] = request.contentType;
  const names = ['(request-target)', ...Object.keys(headers)];
  const text = names.map((name) => `${name}: ${headers[name] ?? requestTarget(request)}`).join('\n');
  const rsa = request.privateKey.asymmetricKeyType === 'rsa';
  const bytes = Buffer.from(text);
  const signature = rsa ? await signOnPool(bytes, request.privateKey) : sign(null, bytes, request.privateKey);
  headers.signature =
    `keyId="${request.keyId}",algorithm="${rsa ? 'rsa-sha256' : 'hs2019'}",` +
    `headers="${names.join(' ')}",signature="${signature.toString('base64')}"`;
  return headers;
}

export interface SignedRequest {
  readonly method: string;
  /** The raw request target: parsed URLs are normalised, and what is signed is what was sent. */
  readonly target: string;
  /** Our own host with port as configured; a Host header may have been rewritten, or lie. */
  readonly authority: string;
  readonly headers: Iterable<readonly [string, string]>;
  /** The raw body; empty where there is none. */
  readonly body: Uint8Array;
  /** Milliseconds since the Unix epoch. */
  readonly now: number;
}

/** A signature that is right in all but the signature itself, which only its key can tell. */
export interface PreparedSignature {
  readonly keyId: Uri;
  readonly algorithm: string | undefined;
  readonly signature: Buffer;
  /** When it was made, by the signer's clock: the oldest time that it covers. Milliseconds since the Unix epoch. */
  readonly signedAt: number;
  /** What may have been signed: with the query, and without it, as some servers do. */
  readonly signingStrings: readonly string[];
}

/** Checks all that needs no key: parameters, required headers, freshness and digest. Throws unauthorized. */
export function prepareVerification(request: SignedRequest): PreparedSignature {
  const headers = collectHeaders(request.headers);
  const header = headers.get('signature');
  if (header === undefined) throw refusal('The request must be signed: it has no Signature header');
  const parameters = parseSignature(header);
  const keyId = normaliseUri(parameters.keyId);
  if (keyId === undefined) throw refusal('keyId must be an absolute http or https URI');
  const { algorithm } = parameters;
  if (
    algorithm !== undefined &&
    algorithm !== 'hs2019' &&
    algorithm !== 'rsa-sha256' &&
    algorithm !== 'ed25519'
  ) {
    throw refusal(`The signature algorithm ${algorithm} is not accepted; use hs2019 or rsa-sha256`);
  }
  requireCoverage(request, parameters);
  const signedAt = requireFreshness(parameters, headers, request.now);
  if (parameters.headers.includes('digest')) checkDigest(headers.get('digest') ?? '', request.body);
  const query = request.target.indexOf('?');
  const targets = query < 0 ? [request.target] : [request.target, request.target.slice(0, query)];
  return {
    keyId,
    algorithm,
    signature: parameters.signature,
    signedAt,
    signingStrings: targets.map((target) => signingString({ ...request, target }, parameters, headers)),
  };
}

/** The second step. Throws unauthorized where the key did not make the signature or is not fit to. */
export function verifySignature(prepared: PreparedSignature, publicKey: KeyObject): void {
  try {
    checkKeyStrength(publicKey);
  } catch (error) {
    throw refusal(error instanceof Error ? error.message : 'The key is not fit for signatures');
  }
  const rsa = publicKey.asymmetricKeyType === 'rsa';
  if (prepared.algorithm === (rsa ? 'ed25519' : 'rsa-sha256')) {
    throw refusal(`The algorithm ${prepared.algorithm} does not fit the key`);
  }
  const matches = prepared.signingStrings.some((text) =>
    verify(rsa ? 'sha256' : null, Buffer.from(text), publicKey, prepared.signature),
  );
  if (!matches) throw refusal('The signature does not match the request');
}

/** Both steps for a key that is at hand. Whether the key belongs to the activity's actor is the caller's to check. */
export function verifyRequest(request: SignedRequest & { readonly publicKey: KeyObject }): { keyId: Uri } {
  const prepared = prepareVerification(request);
  verifySignature(prepared, request.publicKey);
  return { keyId: prepared.keyId };
}

/** Section 2.3: one line for each signed header, in the order of the `headers` parameter. */
export function signingString(
  request: Pick<SignedRequest, 'method' | 'target' | 'authority'>,
  parameters: Pick<SignatureParameters, 'headers' | 'created' | 'expires' | 'algorithm'>,
  headers: ReadonlyMap<string, string>,
): string {
  const pseudo = (name: 'created' | 'expires') => {
    // Section 2.3, steps 2 and 3: an algorithm named rsa, hmac or ecdsa does not go with these two.
    if (/^(rsa|hmac|ecdsa)/.test(parameters.algorithm ?? '')) {
      throw refusal(`(${name}) cannot be signed with the algorithm ${parameters.algorithm}`);
    }
    const value = parameters[name];
    if (value === undefined) throw refusal(`(${name}) is signed but the signature has no ${name}`);
    return value;
  };
  const lineValue = (name: string) => {
    if (name === '(request-target)') return requestTarget(request);
    if (name === '(created)' || name === '(expires)')
      return pseudo(name === '(created)' ? 'created' : 'expires');
    if (name === 'host') return request.authority;
    const value = headers.get(name);
    if (value === undefined) throw refusal(`The header ${name} is signed but missing`);
    return value;
  };
  return parameters.headers.map((name) => `${name}: ${lineValue(name)}`).join('\n');
}

function requestTarget(request: { readonly method: string; readonly target: string }): string {
  return `${request.method.toLowerCase()} ${request.target}`;
}

const once = new Set(['signature', 'host', 'date', 'digest', 'content-type', 'content-length']);

/** Section 2.3, step 4: instances of one header are joined; those that carry the proof may come only once. */
function collectHeaders(pairs: Iterable<readonly [string, string]>): Map<string, string> {
  const headers = new Map<string, string>();
  for (const [rawName, rawValue] of pairs) {
    const name = rawName.toLowerCase();
    const value = rawValue.trim();
    const earlier = headers.get(name);
    if (earlier !== undefined && once.has(name)) throw refusal(`The header ${name} must not be repeated`);
    headers.set(name, earlier === undefined ? value : `${earlier}, ${value}`);
  }
  return headers;
}

function requireCoverage(request: SignedRequest, { headers }: SignatureParameters): void {
  const required = ['(request-target)', 'host'];
  if (request.body.length > 0 || !/^(GET|HEAD)$/i.test(request.method)) required.push('digest');
  for (const name of required) {
    if (!headers.includes(name)) throw refusal(`The signature must cover ${name}`);
  }
  if (!headers.includes('date') && !headers.includes('(created)')) {
    throw refusal('The signature must cover date or (created)');
  }
}

/** Answers with the oldest of the times that the signature covers. */
function requireFreshness(
  parameters: SignatureParameters,
  headers: ReadonlyMap<string, string>,
  now: number,
): number {
  let oldest = Number.POSITIVE_INFINITY;
  const requireRecent = (ms: number, what: string) => {
    oldest = Math.min(oldest, ms);
    if (ms < now - signatureAgeMsMax) throw refusal(`${what} is too long ago`);
    if (ms > now + signatureFutureMsMax) throw refusal(`${what} lies in the future`);
  };
  if (parameters.headers.includes('date')) {
    const date = parseHttpDate(headers.get('date') ?? '');
    if (date === undefined) throw refusal('The Date header is missing or not an HTTP date');
    requireRecent(date, 'The Date header');
  }
  if (parameters.created !== undefined) requireRecent(Number(parameters.created) * 1000, 'created');
  if (parameters.expires !== undefined && Number(parameters.expires) * 1000 < now) {
    throw refusal('The signature has expired');
  }
  return oldest;
}

function signOnPool(bytes: Buffer, key: KeyObject): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    sign('sha256', bytes, key, (error, signature) => (error ? reject(error) : resolve(signature)));
  });
}

function refusal(message: string): ProtocolError {
  return new ProtocolError('unauthorized', message);
}
