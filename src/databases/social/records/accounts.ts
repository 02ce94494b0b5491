// Our actors: everyone with an account has one, and its keys.
import { declareRecord } from '#databases/social/records/record-type';
import type { Uri } from '#protocol/activitypub/uris';

export interface AccountRecord {
  /** The local part of both names, in lower case: `alice`. */
  readonly name: string;
  /** Milliseconds since the Unix epoch. */
  readonly createdAt: number;
  /** PKCS#8 in PEM: RSA with 2048 bits, for `publicKey`. */
  readonly rsaPrivateKey: string;
  /** PKCS#8 in PEM: Ed25519, for `assertionMethod`. */
  readonly ed25519PrivateKey: string;
  /** What kind of actor it is; a person unless it says otherwise. */
  readonly type?: 'Person' | 'Service';
  readonly displayName?: string;
  /** HTML that is safe to show. */
  readonly summary?: string;
  /** A page of the account's own, elsewhere. */
  readonly url?: Uri;
  /** An icon that lies elsewhere; one of our own is the text `icon` in base64, of the type `iconMediaType`. */
  readonly iconUrl?: Uri;
  readonly iconMediaType?: string;
  /** When the icon was last changed, in milliseconds since the Unix epoch: part of its address, so that it can be kept. */
  readonly iconChangedAt?: number;
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
    type: 'text?',
    displayName: 'text?',
    summary: 'text?',
    url: 'uri?',
    iconUrl: 'uri?',
    iconMediaType: 'text?',
    iconChangedAt: 'integer?',
    manuallyApprovesFollowers: 'flag',
    discoverable: 'flag',
    deletedAt: 'integer?',
  },
  key: ['name'],
  created: 'createdAt',
  texts: ['icon'],
});
