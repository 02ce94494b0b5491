// Public keys as the fediverse publishes them: RSA as PEM (security vocabulary, `publicKeyPem`) and Ed25519 as a
// Multikey (FEP-521a; W3C Controlled Identifiers section 2.2.2). What is read is checked for strength here, once.
import { createPublicKey, type KeyObject } from 'node:crypto';
import { decodeBase58, encodeBase58 } from '#protocol/activitypub/base58';
import { ProtocolError } from '#support/errors';
import { rsaModulusBitsMax, rsaModulusBitsMin } from '#support/limits';

/** Far beyond an 8192-bit key in PEM. */
const pemCharactersMax = 8_192;
/** The multicodec code 0xed of an Ed25519 public key, as a varint. */
const ed25519Codec = Buffer.from([0xed, 0x01]);

/** Reads `publicKeyPem` (SPKI, or PKCS#1 as some servers write it). Throws badJson. */
export function readPublicKeyPem(pem: string): KeyObject {
  const label = /^\s*-----BEGIN (RSA )?PUBLIC KEY-----/.exec(pem);
  if (pem.length > pemCharactersMax || !label)
    throw new ProtocolError('badJson', 'publicKeyPem is not a PEM key');
  let key: KeyObject;
  try {
    key = createPublicKey(pem);
  } catch {
    throw new ProtocolError('badJson', 'publicKeyPem cannot be read as a public key');
  }
  checkKeyStrength(key);
  return key;
}

/** Refuses what signatures must not be checked with: other types, weak or oversized RSA keys. Throws badJson. */
export function checkKeyStrength(key: KeyObject): void {
  if (key.asymmetricKeyType === 'ed25519') return;
  if (key.asymmetricKeyType !== 'rsa') throw new ProtocolError('badJson', 'A key must be RSA or Ed25519');
  const { modulusLength = 0, publicExponent = 0n } = key.asymmetricKeyDetails ?? {};
  if (modulusLength < rsaModulusBitsMin || modulusLength > rsaModulusBitsMax) {
    throw new ProtocolError(
      'badJson',
      `An RSA key must have ${rsaModulusBitsMin} to ${rsaModulusBitsMax} bits, not ${modulusLength}`,
    );
  }
  // A huge exponent would make each verification as dear as a signature.
  if (publicExponent < 3n || publicExponent > 0xffffffffn || publicExponent % 2n === 0n) {
    throw new ProtocolError('badJson', "An RSA key's public exponent must be odd and have at most 32 bits");
  }
}

/** `publicKeyMultibase` of an Ed25519 key: base58btc of the codec and the 32 bytes of the key. */
export function toMultibase(key: KeyObject): string {
  const { x } = key.export({ format: 'jwk' });
  return `z${encodeBase58(Buffer.concat([ed25519Codec, Buffer.from(x ?? '', 'base64url')]))}`;
}

/** Reads an Ed25519 `publicKeyMultibase`. Throws badJson. */
export function readMultibase(text: string): KeyObject {
  const bytes = text.startsWith('z') && text.length < 64 ? decodeBase58(text.slice(1)) : undefined;
  if (bytes?.length !== 34 || !bytes.subarray(0, 2).equals(ed25519Codec)) {
    throw new ProtocolError('badJson', 'publicKeyMultibase is not an Ed25519 key in base58btc');
  }
  return createPublicKey({
    key: { kty: 'OKP', crv: 'Ed25519', x: bytes.subarray(2).toString('base64url') },
    format: 'jwk',
  });
}
