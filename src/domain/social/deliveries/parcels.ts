// What is posted: the activity's bytes, their digest and the key, made once for all the inboxes that an activity goes to.
import { createPrivateKey, type KeyObject } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { DeliveryRecord } from '#databases/social/records/deliveries';
import type { SocialDatabase } from '#databases/social/social-database';
import type { Parcel } from '#network/deliver-activity';
import { mainKeyUri } from '#protocol/activitypub/actor-uris';
import { digestHeader } from '#protocol/activitypub/digest';
import type { Uri } from '#protocol/activitypub/uris';
import { deliveryBodiesCachedMax, signingKeysCachedMax } from '#support/limits';

interface Body {
  readonly bytes: Buffer;
  readonly digest: string;
  readonly actor: Uri;
}

export interface Parcels {
  /** Undefined where the activity or its account is no more. */
  make(delivery: Pick<DeliveryRecord, 'activity' | 'account' | 'inbox'>): Promise<Parcel | undefined>;
}

export function makeParcels(social: SocialDatabase): Parcels {
  // Promises, so that what many hosts ask for at once is read once.
  const bodies = new LRUCache<Uri, Promise<Body | undefined>>({ max: deliveryBodiesCachedMax });
  const keys = new LRUCache<string, Promise<KeyObject | undefined>>({ max: signingKeysCachedMax });

  async function readBody(activity: Uri): Promise<Body | undefined> {
    const [record, json] = await social.read((reader) =>
      Promise.all([reader.activity(activity), reader.activityJson(activity)]),
    );
    if (!record || json === undefined) return undefined;
    const bytes = Buffer.from(json, 'utf8');
    return { bytes, digest: digestHeader(bytes), actor: record.actor };
  }

  async function readKey(account: string): Promise<KeyObject | undefined> {
    const record = await social.read((reader) => reader.account(account));
    return record && createPrivateKey(record.rsaPrivateKey);
  }

  return {
    async make({ activity, account, inbox }) {
      const [body, privateKey] = await Promise.all([
        remembered(bodies, activity, readBody),
        remembered(keys, account, readKey),
      ]);
      if (!body || !privateKey) return undefined;
      return {
        inbox,
        body: body.bytes,
        digest: body.digest,
        key: { id: mainKeyUri(body.actor), privateKey },
      };
    },
  };
}

/** What cannot be read, or is not there, is asked for anew the next time. */
function remembered<K extends string, V extends object>(
  cache: LRUCache<K, Promise<V | undefined>>,
  key: K,
  read: (key: K) => Promise<V | undefined>,
): Promise<V | undefined> {
  const known = cache.get(key);
  if (known) return known;
  const reading = read(key);
  cache.set(key, reading);
  const forget = () => {
    if (cache.peek(key) === reading) cache.delete(key);
  };
  reading.then((value) => value ?? forget(), forget);
  return reading;
}
