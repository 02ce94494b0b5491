import { generateKeyPairSync } from 'node:crypto';
import { expect, it } from 'vitest';
import { openStoreEngine } from '#databases/social/engines/store/open-store-engine';
import { openSocialDatabase } from '#databases/social/social-database';
import { makeForeignKeys } from '#domain/social/foreign-keys';
import { RemoteError, toRemoteError } from '#network/remote-error';
import type { Transport } from '#network/transport';
import { digestHeader } from '#protocol/activitypub/digest';
import { prepareVerification, signRequest } from '#protocol/activitypub/http-signatures';
import { requireUri } from '#protocol/activitypub/uris';
import { openMemoryEngine } from '#store/engines/memory';
import { makeStore } from '#store/store';
import { seededRandom } from '#support/random';
import { handClock } from '#test/fixtures/social-server';

const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 });
const clock = handClock();
const body = Buffer.from('{}');
const request = { method: 'POST', target: '/inbox', authority: 'home.example' };

async function verifyThrough(transport: Transport): Promise<unknown> {
  const store = makeStore(openMemoryEngine(), { clock, random: seededRandom('keys') });
  const keys = makeForeignKeys({
    database: openSocialDatabase(await openStoreEngine(store)),
    clock,
    getter: { transport, allowPrivateNetwork: false },
    fetchDurationMsMax: 20,
  });
  const headers = await signRequest({
    ...request,
    date: clock.now(),
    digest: digestHeader(body),
    contentType: 'application/activity+json',
    keyId: requireUri('https://remote.example/users/bob#main-key', 'key'),
    privateKey,
  });
  const prepared = prepareVerification({
    ...request,
    headers: Object.entries(headers),
    body,
    now: clock.now(),
  });
  return keys.verify(prepared).catch((error: unknown) => error);
}

it('waits for a key only so long, and then asks to be asked again', async () => {
  const hanging: Transport = ({ signal }) =>
    new Promise((_, reject) =>
      signal.addEventListener('abort', () => reject(toRemoteError(signal.reason, 'It'))),
    );
  expect(await verifyThrough(hanging)).toMatchObject({
    kind: 'unavailable',
    details: { retry_after_ms: expect.any(Number) },
  });
});

it.each([
  ['unreachable', undefined, 'unavailable'],
  ['timeout', undefined, 'unavailable'],
  ['status', 502, 'unavailable'],
  ['status', 401, 'unauthorized'],
  ['forbidden', undefined, 'unauthorized'],
  ['tooLarge', undefined, 'unauthorized'],
  ['invalid', undefined, 'unauthorized'],
] as const)('when fetching fails (%s %s) the signature is %s', async (failure, status, kind) => {
  const failing: Transport = () => Promise.reject(new RemoteError(failure, 'no key', status));
  expect(await verifyThrough(failing)).toMatchObject({ kind });
});
