// Our actors: everyone with an account has one, and its keys.
import { declareRecord } from '#databases/social/records/record-type';

export interface AccountRecord {
  /** The local part of both names, in lower case: `alice`. */
  readonly name: string;
  /** Milliseconds since the Unix epoch. */
  readonly createdAt: number;
  /** PKCS#8 in PEM: RSA with 2048 bits, for `publicKey`. */
  readonly rsaPrivateKey: string;
  /** PKCS#8 in PEM: Ed25519, for `assertionMethod`. */
  readonly ed25519PrivateKey: string;
  readonly displayName?: string;
  /** HTML that is safe to show. */
  readonly summary?: string;
  readonly manuallyApprovesFollowers: boolean;
  readonly discoverable: boolean;
  /** Once set the actor is gone for ever, and its name with it. */
  readonly deletedAt?: number;
}

export const accounts = declareRecord<AccountRecord>()({
  name: 'accounts',
  about: 'An actor of ours, and its keys',
  fields: {
    name: 'text',
    createdAt: 'integer',
    rsaPrivateKey: 'text',
    ed25519PrivateKey: 'text',
    displayName: 'text?',
    summary: 'text?',
    manuallyApprovesFollowers: 'flag',
    discoverable: 'flag',
    deletedAt: 'integer?',
  },
  key: ['name'],
  listings: { all: { by: [], holds: 'key', counted: true } },
});
