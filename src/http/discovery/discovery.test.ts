import { describe, expect, it } from 'vitest';
import { makeClientAddress } from '#http/client-address';
import { capabilities } from '#http/discovery/capabilities';
import { versions } from '#http/discovery/versions';
import { wellKnownClient } from '#http/discovery/well-known-client';
import { wellKnownServer } from '#http/discovery/well-known-server';
import { noRateLimits } from '#http/rate-limits';
import { makeRouter } from '#http/router';
import { transportOf } from '#http/transport';
import { parseUserId } from '#protocol/matrix/identifiers';
import { silentLogger } from '#support/logging';
import { systemRandom } from '#support/random';
import { refuseBreaches } from '#test/contract/contract';

async function get(publicUrl: string, path: string): Promise<Record<string, Record<string, unknown>>> {
  const transport = transportOf(
    makeRouter({
      operations: [wellKnownClient(publicUrl), wellKnownServer(publicUrl), versions(), capabilities()],
      authenticate: () => ({
        userId: parseUserId('@alice:example.org'),
        localpart: 'alice',
        deviceId: 'PHONE',
      }),
      rateLimits: noRateLimits,
      clientAddress: makeClientAddress([]),
      accessTokensInQuery: false,
      logger: silentLogger,
      random: systemRandom,
      observe: refuseBreaches,
    }),
  );
  const response = await transport(
    new Request(`http://h${path}`, { headers: { authorization: 'Bearer t' } }),
  );
  expect(response.headers.get('access-control-allow-origin')).toBe('*');
  return JSON.parse(await response.text());
}

describe('discovery', () => {
  it('tells clients where the server is, and that rooms are not encrypted', async () => {
    expect(await get('https://matrix.example.org', '/.well-known/matrix/client')).toEqual({
      'm.homeserver': { base_url: 'https://matrix.example.org' },
      'io.element.e2ee': { default: false, force_disable: true },
    });
  });

  it.each([
    ['https://matrix.example.org', 'matrix.example.org:443'],
    ['https://example.org:8443', 'example.org:8443'],
    ['http://localhost:8008', 'localhost:8008'],
    ['http://localhost', 'localhost:80'],
    ['http://[::1]:81', '[::1]:81'],
  ])('tells servers that %s is %s', async (publicUrl, server) => {
    expect(await get(publicUrl, '/.well-known/matrix/server')).toEqual({ 'm.server': server });
  });

  it('lists versions without promising relations and threads', async () => {
    const { versions: listed } = await get('https://a.b', '/_matrix/client/versions');
    expect(listed).toContain('v1.1');
    expect(listed).not.toContain('v1.3');
  });

  it('names the room versions, all of them stable, with 12 as the default', async () => {
    const answered = await get('https://a.b', '/_matrix/client/v3/capabilities');
    expect(answered.capabilities?.['m.room_versions']).toEqual({
      default: '12',
      available: Object.fromEntries(Array.from({ length: 12 }, (_, index) => [`${index + 1}`, 'stable'])),
    });
    expect(answered.capabilities?.['m.change_password']).toEqual({ enabled: true });
  });
});
