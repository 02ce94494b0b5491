import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { decodeBase58, encodeBase58 } from '#protocol/activitypub/base58';
import { readMultibase, readPublicKeyPem, toMultibase } from '#protocol/activitypub/public-keys';

it('reads RSA keys in both PEM forms', () => {
  const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  for (const type of ['spki', 'pkcs1'] as const) {
    const pem = publicKey.export({ type, format: 'pem' }).toString();
    expect(readPublicKeyPem(pem).equals(publicKey), type).toBe(true);
  }
});

it('refuses weak keys, other types, private keys and noise', () => {
  const weak = generateKeyPairSync('rsa', { modulusLength: 1024 });
  expect(() => readPublicKeyPem(weak.publicKey.export({ type: 'spki', format: 'pem' }).toString())).toThrow(
    /2048 to 8192 bits, not 1024/,
  );
  const curve = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  expect(() => readPublicKeyPem(curve.publicKey.export({ type: 'spki', format: 'pem' }).toString())).toThrow(
    /RSA or Ed25519/,
  );
  const own = generateKeyPairSync('rsa', { modulusLength: 2048 });
  expect(() => readPublicKeyPem(own.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString())).toThrow(
    /not a PEM key/,
  );
  expect(() => readPublicKeyPem('-----BEGIN PUBLIC KEY-----\nnoise\n-----END PUBLIC KEY-----')).toThrow(
    /cannot be read/,
  );
  expect(() => readPublicKeyPem('x'.repeat(10_000))).toThrow(/not a PEM key/);
});

it('refuses an RSA key with a huge exponent', () => {
  const jwk = generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey.export({ format: 'jwk' });
  const huge = createPublicKey({
    key: { ...jwk, e: Buffer.alloc(128, 0xff).toString('base64url') },
    format: 'jwk',
  });
  expect(() => readPublicKeyPem(huge.export({ type: 'spki', format: 'pem' }).toString())).toThrow(/exponent/);
});

it('reads and writes Multikeys', () => {
  // W3C Controlled Identifiers, section 2.2.2, the example of an Ed25519 Multikey.
  const example = 'z6MkmM42vxfqZQsv4ehtTjFFxQ4sQKS2w6WR7emozFAn5cxu';
  expect(toMultibase(readMultibase(example))).toBe(example);
  const { publicKey } = generateKeyPairSync('ed25519');
  expect(readMultibase(toMultibase(publicKey)).equals(publicKey)).toBe(true);
  for (const bad of [
    '',
    'z',
    example.slice(1),
    `${example.slice(0, -1)}0`,
    'zQ3shunBKsXixLxKtC5qeSG9E4J5RkGN57im31pcTzbNQnm5w',
  ]) {
    expect(() => readMultibase(bad), bad).toThrow(/Ed25519 key in base58btc/);
  }
});

it('base58 keeps any bytes, leading zeros too', () => {
  expect(encodeBase58(Buffer.from('Hello World!'))).toBe('2NEpo7TZRRrLZSi2U');
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
      expect(decodeBase58(encodeBase58(bytes))).toEqual(Buffer.from(bytes));
    }),
  );
});
