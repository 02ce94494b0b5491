// Ed25519 keys as Matrix writes them: 32 raw bytes in unpadded Base64 under an id such as `ed25519:a`. Importing a key
// costs as much as signing with it, so a key is imported once and kept. Appendices, "Signing Details".
import { Buffer } from 'node:buffer';
import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { decodeBase64, encodeBase64 } from '#protocol/matrix/base64';
import type { ServerName } from '#protocol/matrix/identifiers';

/** A key that a server signs with. */
export interface SigningKey {
  readonly server: ServerName;
  /** `ed25519:` and a version of `[A-Za-z0-9_]`. */
  readonly keyId: string;
  readonly privateKey: KeyObject;
  /** The public half, as it is published: unpadded Base64. */
  readonly publicKey: string;
}

/** What precedes the 32 bytes of seed in a PKCS #8 Ed25519 key (RFC 8410, section 7). */
const pkcs8Prefix = Buffer.from('302e020100300506032b657004220420', 'hex');

/** Makes the key that grows from 32 bytes of seed. Throws a `RangeError` for other lengths and malformed key ids. */
export function signingKeyFromSeed(seed: Uint8Array, keyId: string, server: ServerName): SigningKey {
  if (seed.length !== 32) throw new RangeError(`An Ed25519 seed has 32 bytes, not ${seed.length}.`);
  if (!isKeyId(keyId)) throw new RangeError(`"${keyId}" is no key id such as ed25519:a1.`);
  const der = Buffer.concat([pkcs8Prefix, seed]);
  const privateKey = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
  const { x } = createPublicKey(privateKey).export({ format: 'jwk' });
  return { server, keyId, privateKey, publicKey: encodeBase64(Buffer.from(x!, 'base64url')) };
}

/** Reads a published Ed25519 key; undefined for what is none. */
export function verifyKey(base64: string): KeyObject | undefined {
  const bytes = decodeBase64(base64);
  if (bytes?.length !== 32) return undefined;
  const jwk = { kty: 'OKP', crv: 'Ed25519', x: bytes.toString('base64url') };
  return createPublicKey({ key: jwk, format: 'jwk' });
}

/** True for the id of an Ed25519 key, the one algorithm there is. */
export function isKeyId(keyId: string): boolean {
  return /^ed25519:[A-Za-z0-9_]+$/.test(keyId);
}
