import {
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  sign,
  verify,
  type webcrypto,
} from 'node:crypto';
import { signRequest as signWithFedify, verifyRequest as verifyWithFedify } from '@fedify/fedify/sig';
import { CryptographicKey } from '@fedify/fedify/vocab';
import { beforeAll, describe, expect, it } from 'vitest';
import { toHttpDate } from '#protocol/activitypub/dates';
import { digestHeader } from '#protocol/activitypub/digest';
import {
  prepareVerification,
  type SignedRequest,
  signingString,
  signRequest,
  verifyRequest,
  verifySignature,
} from '#protocol/activitypub/http-signatures';
import { parseSignature } from '#protocol/activitypub/signature-header';
import { ProtocolError } from '#support/errors';

const now = Date.UTC(2026, 10, 21, 12, 0, 0);
const keyId = 'https://remote.example/users/bob#main-key';
const body = Buffer.from('{"type":"Follow"}');
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const ed25519 = generateKeyPairSync('ed25519');

interface Changes {
  headers?: Record<string, string | undefined>;
  request?: Partial<SignedRequest>;
  parameters?: string;
  list?: string;
  key?: KeyObject;
}

/** A signed POST to our inbox, signed by hand so that any part can be made wrong. */
function signed(changes: Changes = {}): SignedRequest {
  const request = {
    method: 'POST',
    target: '/inbox',
    authority: 'home.example',
    body,
    now,
    ...changes.request,
  };
  const headers = new Map(
    Object.entries({
      host: 'home.example',
      date: toHttpDate(now),
      digest: digestHeader(body),
      'content-type': 'application/activity+json',
      ...changes.headers,
    }).filter((pair): pair is [string, string] => pair[1] !== undefined),
  );
  const list = changes.list ?? '(request-target) host date digest content-type';
  const prefix = changes.parameters ?? `keyId="${keyId}",algorithm="rsa-sha256"`;
  const fields = parseSignature(`${prefix},headers="${list}",signature="AA=="`);
  const text = signingString(request, { ...fields, algorithm: undefined }, headers);
  const key = changes.key ?? rsa.privateKey;
  const signature = sign(key.asymmetricKeyType === 'rsa' ? 'sha256' : null, Buffer.from(text), key);
  headers.set('signature', `${prefix},headers="${list}",signature="${signature.toString('base64')}"`);
  return { ...request, headers };
}

function reasonOf(request: SignedRequest, publicKey: KeyObject = rsa.publicKey): string {
  try {
    verifyRequest({ ...request, publicKey });
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    expect(error.kind).toBe('unauthorized');
    return error.message;
  }
  return 'accepted';
}

describe('the vectors of draft-cavage-http-signatures-12, appendix C', () => {
  const key = createPublicKey(`-----BEGIN PUBLIC KEY-----
MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDCFENGw33yGihy92pDjZQhl0C3
6rPJj+CvfSC8+q28hxA161QFNUd13wuCTUcq0Qd2qsBe/2hFyc2DCJJg0h1L78+6
Z4UMR7EOcpfdUE9Hf3m/hs+FUR45uBJeDK1HSFHD8bHKD6kv8FPGfJTotc+2xjJw
oYi+1hqp1fIekaxsyQIDAQAB
-----END PUBLIC KEY-----`);
  const headers = new Map([
    ['host', 'example.com'],
    ['date', 'Sun, 05 Jan 2014 21:31:40 GMT'],
    ['content-type', 'application/json'],
    ['digest', 'SHA-256=X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE='],
    ['content-length', '18'],
  ]);
  const request = { method: 'POST', target: '/foo?param=value&pet=dog', authority: 'example.com' };

  it.each([
    [
      'C.2',
      'keyId="Test",algorithm="rsa-sha256",headers="(request-target) host date",signature="qdx+H7PHHDZgy4y/Ahn9Tny9V3GP6YgBPyUXMmoxWtLbHpUnXS2mg2+SbrQDMCJypxBLSPQR2aAjn7ndmw2iicw3HMbe8VfEdKFYRqzic+efkb3nndiv/x1xSHDJWeSWkx3ButlYSuBskLu6kd9Fswtemr3lgdDEmn04swr2Os0="',
    ],
    [
      'C.3',
      'keyId="Test",algorithm="rsa-sha256",headers="(request-target) host date content-type digest content-length",signature="vSdrb+dS3EceC9bcwHSo4MlyKS59iFIrhgYkz8+oVLEEzmYZZvRs8rgOp+63LEM3v+MFHB32NfpB2bEKBIvB1q52LaEUHFv120V01IL+TAD48XaERZFukWgHoBTLMhYS2Gb51gWxpeIq8knRmPnYePbF5MOkR0Zkly4zKH7s1dE="',
    ],
  ])('%s verifies', (_name, header) => {
    const parameters = parseSignature(header);
    const text = Buffer.from(signingString(request, parameters, headers));
    expect(verify('sha256', text, key, parameters.signature)).toBe(true);
  });

  it('are too weak to be accepted from others: the key has 1024 bits', () => {
    const prepared = prepareVerification(signed());
    expect(() => verifySignature(prepared, key)).toThrow(/2048 to 8192 bits/);
  });
});

describe('what we sign', () => {
  const request = { method: 'POST', target: "/inbox?a='b'", authority: 'remote.example:8443', date: now };

  it.each([
    ['RSA', rsa, 'rsa-sha256'],
    ['Ed25519', ed25519, 'hs2019'],
  ])('verifies with %s', async (_name, pair, algorithm) => {
    const headers = await signRequest({
      ...request,
      digest: digestHeader(body),
      contentType: 'application/activity+json',
      keyId,
      privateKey: pair.privateKey,
    });
    expect(headers.host).toBe('remote.example:8443');
    expect(headers.signature).toContain(`algorithm="${algorithm}"`);
    expect(headers.signature).toContain('headers="(request-target) host date digest content-type"');
    const answer = verifyRequest({
      ...request,
      headers: Object.entries(headers),
      body,
      now,
      publicKey: pair.publicKey,
    });
    expect(answer.keyId).toBe(keyId);
  });

  it('signs a GET without a digest', async () => {
    const get = { ...request, method: 'GET' };
    const headers = await signRequest({ ...get, keyId, privateKey: rsa.privateKey });
    const input = { ...get, headers: Object.entries(headers), body: Buffer.alloc(0), now };
    expect(reasonOf(input)).toBe('accepted');
  });
});

describe('what we refuse', () => {
  it('accepts the request that the others are variations of', () =>
    expect(reasonOf(signed())).toBe('accepted'));

  it.each<[string, Changes, RegExp]>([
    ['no request target', { list: 'host date digest' }, /must cover \(request-target\)/],
    ['no host', { list: '(request-target) date digest' }, /must cover host/],
    ['no digest on a POST', { list: '(request-target) host date' }, /must cover digest/],
    ['neither date nor (created)', { list: '(request-target) host digest' }, /must cover date/],
    [
      'a digest of another body',
      { headers: { digest: digestHeader(Buffer.from('x')) } },
      /does not match the body/,
    ],
    ['no SHA-256', { headers: { digest: 'MD5=Sd/dVLAcvNLSq16eXua5uQ==' } }, /exactly one SHA-256/],
    ['an old date', { headers: { date: toHttpDate(now - 12.1 * 3_600_000) } }, /too long ago/],
    ['a future date', { headers: { date: toHttpDate(now + 1.1 * 3_600_000) } }, /in the future/],
    ['a date that is none', { headers: { date: '2026-11-21T12:00:00Z' } }, /not an HTTP date/],
    ['hmac', { parameters: `keyId="${keyId}",algorithm="hmac-sha256"` }, /hmac-sha256 is not accepted/],
    ['none', { parameters: `keyId="${keyId}",algorithm="none"` }, /none is not accepted/],
    ['a keyId that is no URI', { parameters: 'keyId="Test"' }, /keyId must be/],
    [
      'an Ed25519 name on an RSA key',
      { parameters: `keyId="${keyId}",algorithm="ed25519"` },
      /does not fit the key/,
    ],
    [
      'an expired signature',
      { parameters: `keyId="${keyId}",algorithm="hs2019",expires=${now / 1000 - 1}` },
      /has expired/,
    ],
    [
      'an old created',
      {
        parameters: `keyId="${keyId}",algorithm="hs2019",created=${now / 1000 - 50_000}`,
        list: '(request-target) (created) host digest',
      },
      /created is too long ago/,
    ],
    [
      '(created) with rsa-sha256',
      {
        parameters: `keyId="${keyId}",algorithm="rsa-sha256",created=${now / 1000}`,
        list: '(request-target) (created) host digest',
      },
      /cannot be signed with/,
    ],
    [
      'a key of another',
      { key: generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey },
      /does not match the r/,
    ],
  ])('%s', (_name, changes, reason) => expect(reasonOf(signed(changes))).toMatch(reason));

  it('repeated headers, and signed headers that are missing', () => {
    const request = signed();
    for (const name of ['date', 'digest', 'signature', 'host']) {
      const headers = [...request.headers, [name.toUpperCase(), 'x'] as const];
      expect(reasonOf({ ...request, headers }), name).toMatch(/must not be repeated/);
    }
    for (const [name, reason] of [
      ['date', /Date header is missing/],
      ['digest', /exactly one SHA-256/],
      ['content-type', /content-type is signed but missing/],
      ['signature', /must be signed/],
    ] as const) {
      expect(
        reasonOf({ ...request, headers: [...request.headers].filter(([n]) => n !== name) }),
        name,
      ).toMatch(reason);
    }
  });

  it('another body, method, target or host than was signed', () => {
    const request = signed();
    expect(reasonOf({ ...request, body: Buffer.from('{}') })).toMatch(/does not match the body/);
    expect(reasonOf({ ...request, method: 'PUT' })).toMatch(/does not match the request/);
    expect(reasonOf({ ...request, target: '/users/alice/inbox' })).toMatch(/does not match the request/);
    expect(reasonOf({ ...request, authority: 'other.example' })).toMatch(/does not match the request/);
  });
});

describe('what we take all the same', () => {
  it('(created) instead of date, by hs2019', () => {
    const parameters = `keyId="${keyId}",algorithm="hs2019",created=${now / 1000 - 10},expires=${now / 1000 + 300}`;
    const list = '(request-target) (created) (expires) host digest';
    expect(reasonOf(signed({ parameters, list }))).toBe('accepted');
  });

  it('no algorithm, and Ed25519 by the type of the key', () => {
    const parameters = `keyId="${keyId}"`;
    expect(reasonOf(signed({ parameters }))).toBe('accepted');
    expect(reasonOf(signed({ parameters, key: ed25519.privateKey }), ed25519.publicKey)).toBe('accepted');
  });

  it('a date within the window', () => {
    for (const ms of [now - 11.9 * 3_600_000, now + 0.9 * 3_600_000]) {
      expect(reasonOf(signed({ headers: { date: toHttpDate(ms) } }))).toBe('accepted');
    }
  });

  it('a query that the sender left out of the signature, but not another query', () => {
    const request = signed();
    expect(reasonOf({ ...request, target: '/inbox?page=1' })).toBe('accepted');
    const withQuery = signed({ request: { target: '/inbox?page=1' } });
    expect(reasonOf({ ...withQuery, target: '/inbox?page=2' })).toMatch(/does not match/);
  });
});

describe('the Signature header', () => {
  it.each([
    ['', /must have a keyId/],
    ['keyId="a"', /must have a signature/],
    ['keyId="a",signature="***"', /in base64/],
    ['keyId="a",keyId="b",signature="AA=="', /keyId twice/],
    ['keyId="a",signature="AA==",signature="BB=="', /signature twice/],
    ['keyId="a" signature="AA=="', /malformed/],
    ['keyId="a,signature="AA=="', /malformed/],
    ['keyId="a",signature="AA==",created=soon', /created that is not/],
    ['keyId="a",signature="AA==",expires=never', /expires that is not/],
    ['keyId="a",signature="AA==",headers="host host"', /each signed header once/],
    ['keyId="a",signature="AA==",headers=""', /each signed header once/],
    [`keyId="${'a'.repeat(9000)}",signature="AA=="`, /too long/],
  ])('%s is refused', (value, reason) => expect(() => parseSignature(value)).toThrow(reason));

  it('ignores parameters that it does not know, and covers (created) by default', () => {
    expect(parseSignature('keyId="a", opaque="x" , signature="AA=="')).toMatchObject({
      headers: ['(created)'],
    });
  });
});

describe('beside Fedify', () => {
  let publicKey: CryptographicKey;
  let webPrivate: webcrypto.CryptoKey;

  beforeAll(async () => {
    const algorithm = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' };
    const importKey = (format: 'spki' | 'pkcs8', der: Buffer, usage: 'verify' | 'sign') =>
      crypto.subtle.importKey(format, Uint8Array.from(der), algorithm, true, [usage]);
    const spki = rsa.publicKey.export({ type: 'spki', format: 'der' });
    webPrivate = await importKey('pkcs8', rsa.privateKey.export({ type: 'pkcs8', format: 'der' }), 'sign');
    publicKey = new CryptographicKey({
      id: new URL(keyId),
      owner: new URL('https://remote.example/users/bob'),
      publicKey: await importKey('spki', spki, 'verify'),
    });
  });

  it('it verifies what we sign', async () => {
    const headers = await signRequest({
      method: 'POST',
      target: '/inbox',
      authority: 'remote.example',
      date: Date.now(),
      digest: digestHeader(body),
      contentType: 'application/activity+json',
      keyId,
      privateKey: rsa.privateKey,
    });
    const document = await publicKey.toJsonLd({ format: 'expand' });
    const request = new Request('https://remote.example/inbox', { method: 'POST', headers, body });
    const found = await verifyWithFedify(request, {
      documentLoader: async (url) => ({ document, documentUrl: url, contextUrl: null }),
    });
    expect(found?.id?.href).toBe(keyId);
  });

  it('we verify what it signs', async () => {
    const plain = new Request('https://home.example/inbox', {
      method: 'POST',
      headers: { 'content-type': 'application/activity+json' },
      body,
    });
    const request = await signWithFedify(plain, webPrivate, new URL(keyId), {
      spec: 'draft-cavage-http-signatures-12',
    });
    const input = {
      method: 'POST',
      target: '/inbox',
      authority: 'home.example',
      headers: request.headers,
      body,
    };
    expect(reasonOf({ ...input, now: Date.now() })).toBe('accepted');
  });
});
