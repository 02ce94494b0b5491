// A client for tests: it calls operations through the router with real requests, without sockets.
import { authenticate } from '#domain/identity/authenticate';
import type { Identity } from '#domain/identity/identity';
import { accountOperations } from '#http/client/account-operations';
import type { RateLimits } from '#http/rate-limits';
import { noRateLimits } from '#http/rate-limits';
import { makeRouter } from '#http/router';
import { transportOf } from '#http/transport';
import { silentLogger } from '#support/logging';

export interface TestAnswer {
  readonly status: number;
  readonly body: Record<string, unknown>;
}

export interface TestClient {
  /** @param path behind `/_matrix/client/` */
  call(
    method: string,
    path: string,
    options?: { token?: string | undefined; body?: unknown },
  ): Promise<TestAnswer>;
  /** Registers a user by dummy authentication, password `secret`. */
  register(username: string): Promise<{ userId: string; deviceId: string; token: string }>;
}

export function makeTestClient(identity: Identity, rateLimits: RateLimits = noRateLimits): TestClient {
  const transport = transportOf(
    makeRouter({
      operations: accountOperations({ identity, rateLimits }),
      authenticate: (token, address) => authenticate(identity, token, address),
      rateLimits,
      clientAddress: (socketAddress) => socketAddress ?? '',
      accessTokensInQuery: false,
      logger: silentLogger,
      random: identity.random,
    }),
  );
  const call: TestClient['call'] = async (method, path, { token, body } = {}) => {
    const request = new Request(`http://example.org/_matrix/client/${path}`, {
      method,
      headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const response = await transport(request);
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  };
  return {
    call,
    async register(username) {
      const auth = { type: 'm.login.dummy' };
      const { body } = await call('POST', 'v3/register', { body: { username, password: 'secret', auth } });
      return {
        userId: String(body.user_id),
        deviceId: String(body.device_id),
        token: String(body.access_token),
      };
    },
  };
}
