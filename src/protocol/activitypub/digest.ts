// The Digest header (RFC 3230 with RFC 5843's SHA-256): what binds the body to a draft-cavage signature.
import { createHash, timingSafeEqual } from 'node:crypto';
import { ProtocolError } from '#support/errors';

/** The header's value for a body. A delivery to many inboxes computes it once. */
export function digestHeader(body: Uint8Array): string {
  return `SHA-256=${sha256(body).toString('base64')}`;
}

/** Recomputes the digest: exactly one SHA-256 (name in any case) must be there and match. Throws unauthorized. */
export function checkDigest(header: string, body: Uint8Array): void {
  const claimed = header
    .split(',')
    .map((part) => part.trim())
    .filter((part) => /^sha-256=/i.test(part))
    .map((part) => part.slice('sha-256='.length));
  if (claimed.length !== 1 || !/^[A-Za-z0-9+/]{43}=$/.test(claimed[0]!)) {
    throw new ProtocolError(
      'unauthorized',
      'The Digest header must hold exactly one SHA-256 digest in base64',
    );
  }
  const claimedBytes = Buffer.from(claimed[0]!, 'base64');
  if (!timingSafeEqual(claimedBytes, sha256(body))) {
    throw new ProtocolError('unauthorized', 'The Digest header does not match the body');
  }
}

function sha256(body: Uint8Array): Buffer {
  return createHash('sha256').update(body).digest();
}
