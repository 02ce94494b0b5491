// Signing JSON, and checking who has signed it. Appendices, "Signing Details" and "Checking for a Signature".
import { Buffer } from 'node:buffer';
import { type KeyObject, sign, verify } from 'node:crypto';
import { decodeBase64, encodeBase64 } from '#protocol/matrix/base64';
import { canonicalJson } from '#protocol/matrix/canonical-json';
import { type JsonObject, ownObject, ownString } from '#protocol/matrix/json';
import type { SigningKey } from '#protocol/matrix/signing-keys';

/** `object` with the key's signature among its `signatures`; what is there already stays. Throws `badJson`. */
export function signJson<T extends object>(object: T, key: SigningKey): T & { signatures: JsonObject } {
  const source = object as JsonObject;
  const before = ownObject(source, 'signatures') ?? {};
  const ours = ownObject(before, key.server) ?? {};
  const signature = signText(withoutSignatures(source), key);
  return { ...object, signatures: { ...before, [key.server]: { ...ours, [key.keyId]: signature } } };
}

/** The signature of `text` as UTF-8, in unpadded Base64. */
export function signText(text: string, key: SigningKey): string {
  return encodeBase64(sign(null, Buffer.from(text), key.privateKey));
}

/** The same, made by another thread: for who has more to do in the meantime. */
export function signTextAside(text: string, key: SigningKey): Promise<string> {
  return new Promise((resolve, reject) => {
    sign(null, Buffer.from(text), key.privateKey, (error, signature) => {
      if (error) reject(error);
      else resolve(encodeBase64(signature));
    });
  });
}

/** True when `object` bears a signature by `server` under `keyId` that `key` verifies. */
export function hasSignature(object: JsonObject, server: string, keyId: string, key: KeyObject): boolean {
  const signature = signatureOf(object, server, keyId);
  return signature !== undefined && verifyText(withoutSignatures(object), signature, key);
}

/** The signature, as it is written, that `object` bears by `server` under `keyId`. */
export function signatureOf(object: JsonObject, server: string, keyId: string): string | undefined {
  const byServer = ownObject(object, 'signatures') ?? {};
  return ownString(ownObject(byServer, server) ?? {}, keyId);
}

/** True when `signature` (unpadded Base64) is that of `text` under `key`. */
export function verifyText(text: string, signature: string, key: KeyObject): boolean {
  const bytes = decodeBase64(signature);
  return bytes?.length === 64 && verify(null, Buffer.from(text), key, bytes);
}

/** A signature (unpadded Base64), and what it should be of. */
export interface SignedText {
  readonly text: string;
  readonly signature: string;
  readonly key: KeyObject;
}

export function verifySigned({ text, signature, key }: SignedText): boolean {
  return verifyText(text, signature, key);
}

/** What a signature covers: everything but `signatures` and `unsigned`. */
export function withoutSignatures(object: JsonObject): string {
  const { signatures: _, unsigned: __, ...covered } = object;
  return canonicalJson(covered);
}
