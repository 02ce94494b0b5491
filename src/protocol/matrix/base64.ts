// Unpadded Base64, in which Matrix carries hashes, keys and signatures. Appendices, "Unpadded Base64".
import { Buffer } from 'node:buffer';

/** Bytes as standard Base64 without padding. */
export function encodeBase64(bytes: Uint8Array): string {
  const padded = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
  return withoutPadding(padded);
}

export function withoutPadding(base64: string): string {
  const end = base64.indexOf('=');
  return end === -1 ? base64 : base64.slice(0, end);
}

/**
 * The bytes of standard or URL-safe Base64, padded or not; undefined for anything else, where Node's own reader would
 * skip what it does not know. Left-over bits of the last character are not looked at: values are compared decoded.
 */
export function decodeBase64(text: string): Buffer | undefined {
  if (!/^(?:[A-Za-z0-9+/]*|[A-Za-z0-9_-]*)={0,2}$/.test(text)) return undefined;
  const unpadded = withoutPadding(text);
  if (unpadded.length % 4 === 1) return undefined;
  if (unpadded.length !== text.length && text.length % 4 !== 0) return undefined;
  return Buffer.from(unpadded, 'base64');
}
