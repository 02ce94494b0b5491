// The key pairs of our actors: made once for each, off the event loop, and kept as key objects in memory, because reading
// a key costs about as much as signing with it.
import { createPrivateKey, createPublicKey, generateKeyPair, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';
import { LRUCache } from 'lru-cache';
import type { AccountRecord } from '#databases/social/records/accounts';

type PrivateKeys = Pick<AccountRecord, 'rsaPrivateKey' | 'ed25519PrivateKey'>;

export interface ActorKeyPairs {
  readonly rsaPrivateKey: KeyObject;
  readonly rsaPublicKey: KeyObject;
  readonly ed25519PublicKey: KeyObject;
}

export interface OwnKeys {
  of(account: AccountRecord): ActorKeyPairs;
}

const actorsKeptMax = 1_000;
/** What every server of the fediverse can check. */
const rsaModulusBits = 2_048;

const generate = promisify(generateKeyPair);

/** New private keys, as PKCS#8 in PEM. */
export async function generateActorKeys(): Promise<PrivateKeys> {
  const privateKeyEncoding = { type: 'pkcs8', format: 'pem' } as const;
  const publicKeyEncoding = { type: 'spki', format: 'pem' } as const;
  const [rsa, ed25519] = await Promise.all([
    generate('rsa', { modulusLength: rsaModulusBits, publicKeyEncoding, privateKeyEncoding }),
    generate('ed25519', { publicKeyEncoding, privateKeyEncoding }),
  ]);
  return { rsaPrivateKey: rsa.privateKey, ed25519PrivateKey: ed25519.privateKey };
}

export function makeOwnKeys(): OwnKeys {
  const kept = new LRUCache<string, ActorKeyPairs>({ max: actorsKeptMax });
  return {
    of({ rsaPrivateKey, ed25519PrivateKey }) {
      const known = kept.get(rsaPrivateKey);
      if (known) return known;
      const rsa = createPrivateKey(rsaPrivateKey);
      const read = {
        rsaPrivateKey: rsa,
        rsaPublicKey: createPublicKey(rsa),
        ed25519PublicKey: createPublicKey(createPrivateKey(ed25519PrivateKey)),
      };
      kept.set(rsaPrivateKey, read);
      return read;
    },
  };
}
