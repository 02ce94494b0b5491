// The specification's cryptographic vectors, and signatures that must not pass. Appendices, "Cryptographic Test Vectors".
import { describe, expect, it } from 'vitest';
import { decodeBase64, encodeBase64 } from '#protocol/matrix/base64';
import type { Pdu } from '#protocol/matrix/event';
import { contentHash, signedForm } from '#protocol/matrix/hashes';
import { parseServerName } from '#protocol/matrix/identifiers';
import type { JsonObject } from '#protocol/matrix/json';
import { roomVersion, roomVersions } from '#protocol/matrix/room-versions';
import { hasSignature, signJson, signText, verifyText } from '#protocol/matrix/signing';
import { isKeyId, signingKeyFromSeed, verifyKey } from '#protocol/matrix/signing-keys';
import { eventVectors, vectorSeed } from '#test/fixtures/signing-vectors';

const seed = decodeBase64(vectorSeed)!;
const key = signingKeyFromSeed(seed, 'ed25519:1', parseServerName('domain'));
const publicKey = verifyKey(key.publicKey)!;

describe('the vectors', () => {
  it.each([
    [{}, 'K8280/U9SSy9IVtjBuVeLr+HpOB4BQFWbg+UZaADMtTdGYI7Geitb76LTrr5QV/7Xg4ahLwYGYZzuHGZKM5ZAQ'],
    [
      { one: 1, two: 'Two' },
      'KqmLSbO39/Bzb0QIYE82zqLwsA+PDzYIpIRA2sRQ4sL53+sN6/fpNSoqE7BP7vBZhG6kYdD13EIMJpvhJI+6Bw',
    ],
  ])('sign %j', (object, signature) => {
    const signed = signJson(object, key);
    expect(signed).toEqual({ ...object, signatures: { domain: { 'ed25519:1': signature } } });
    expect(hasSignature(signed as JsonObject, 'domain', 'ed25519:1', publicKey)).toBe(true);
  });

  it.each(eventVectors)('hash and sign $name', ({ event, sha256, signature }) => {
    const draft: Partial<Pdu> = event;
    expect(contentHash(draft)).toBe(sha256);
    for (const version of [...roomVersions.values()].slice(0, 10)) {
      const form = signedForm({ ...draft, hashes: { sha256 } }, version);
      expect(signText(form, key)).toBe(signature);
      expect(verifyText(form, signature, publicKey)).toBe(true);
    }
    expect(signText(signedForm({ ...draft, hashes: { sha256 } }, roomVersion('11')), key)).not.toBe(
      signature,
    );
  });
});

describe('checking a signature', () => {
  const signed = signJson({ body: 'x' }, key) as unknown as JsonObject;
  const bySelf = (object: JsonObject) => hasSignature(object, 'domain', 'ed25519:1', publicKey);

  it('covers all but signatures and unsigned', () => {
    expect(bySelf({ ...signed, unsigned: { age: 1 } })).toBe(true);
    expect(bySelf({ ...signed, body: 'y' })).toBe(false);
    expect(bySelf({ ...signed, more: 1 })).toBe(false);
  });

  it('keeps the signatures of others', () => {
    const other = signingKeyFromSeed(new Uint8Array(32), 'ed25519:b', parseServerName('other'));
    const both = signJson(signed, other);
    expect(bySelf(both)).toBe(true);
    expect(hasSignature(both, 'other', 'ed25519:b', verifyKey(other.publicKey)!)).toBe(true);
    expect(hasSignature(both, 'other', 'ed25519:b', publicKey)).toBe(false);
  });

  it.each([undefined, null, 'x', [], { domain: 1 }, { domain: { 'ed25519:1': 1 } }, { domain: {} }])(
    'finds none in %j',
    (signatures) => {
      expect(bySelf({ body: 'x', ...(signatures === undefined ? {} : { signatures }) })).toBe(false);
    },
  );

  it('refuses signatures that are no Base64 or of another length', () => {
    const good = signText('x', key);
    expect(verifyText('x', good, publicKey)).toBe(true);
    for (const bad of ['', 'x', good.slice(4), `${good}AAAA`, `!${good}`, `${good}\n`, '*'.repeat(86)]) {
      expect(verifyText('x', bad, publicKey)).toBe(false);
    }
  });
});

it('a signature cannot be turned into another one of the same text', () => {
  const order = 2n ** 252n + 27742317777372353535851937790883648493n;
  const bytes = decodeBase64(signText('x', key))!;
  const scalar = BigInt(`0x${Buffer.from(bytes.subarray(32)).reverse().toString('hex')}`);
  const other = Buffer.from((scalar + order).toString(16).padStart(64, '0'), 'hex').reverse();
  const again = encodeBase64(Buffer.concat([bytes.subarray(0, 32), other]));
  expect(decodeBase64(again)).toHaveLength(64);
  expect(verifyText('x', again, publicKey)).toBe(false);
});

describe('keys and Base64', () => {
  it.each([
    ['', ''],
    ['f', 'Zg'],
    ['fo', 'Zm8'],
    ['foo', 'Zm9v'],
    ['foob', 'Zm9vYg'],
    ['fooba', 'Zm9vYmE'],
    ['foobar', 'Zm9vYmFy'],
  ])('write %j without padding', (text, base64) => {
    expect(encodeBase64(Buffer.from(text))).toBe(base64);
    expect(decodeBase64(base64)?.toString()).toBe(text);
    expect(decodeBase64(base64.padEnd(Math.ceil(base64.length / 4) * 4, '='))?.toString()).toBe(text);
  });

  it.each(['a', 'Zm9v=', 'Zg=', 'Zm 8', 'Zm8\n', '+-', 'Zg===', 'é'])('%j is no Base64', (text) => {
    expect(decodeBase64(text)).toBeUndefined();
  });

  it('read both alphabets', () => {
    expect(decodeBase64('-_8')).toEqual(decodeBase64('+/8'));
  });

  it('are refused when malformed', () => {
    for (const text of ['', 'AAAA', `${key.publicKey}AA`, 'not base64!'])
      expect(verifyKey(text)).toBeUndefined();
    expect(() => signingKeyFromSeed(new Uint8Array(31), 'ed25519:1', key.server)).toThrow(RangeError);
    for (const id of ['ed25519:', 'ed25519:a-b', 'rsa:1', '1']) {
      expect(isKeyId(id)).toBe(false);
      expect(() => signingKeyFromSeed(seed, id, key.server)).toThrow(RangeError);
    }
  });

  it('know their room versions', () => {
    expect([...roomVersions.keys()]).toEqual(Array.from({ length: 12 }, (_, index) => String(index + 1)));
    expect(() => roomVersion('0')).toThrow(expect.objectContaining({ kind: 'unsupportedRoomVersion' }));
  });
});
