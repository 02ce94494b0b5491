// GET /sync
import { z } from 'zod';
import { resolveFilter } from '#domain/identity/filters';
import type { Identity } from '#domain/identity/identity';
import type { Sync } from '#domain/sync/sync';
import { replyJsonText } from '#http/client/json-text';
import { operation } from '#http/operation';
import { queryBoolean, queryInteger } from '#http/query';

export const sync = (syncs: Sync, identity: Identity) =>
  operation({
    id: 'sync',
    spec: 'https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3sync',
    method: 'GET',
    path: '/_matrix/client/v3/sync',
    access: 'user',
    rate: 'sync',
    query: z.object({
      filter: z.string().optional(),
      since: z.string().optional(),
      full_state: queryBoolean.optional(),
      set_presence: z.enum(['offline', 'online', 'unavailable']).optional(),
      timeout: queryInteger.optional(),
      use_state_after: queryBoolean.optional(),
    }),
    answer: async ({ caller, query, signal }) => {
      const filter =
        query.filter === undefined ? {} : await resolveFilter(identity, caller.userId, query.filter);
      const request = {
        since: query.since,
        filter,
        fullState: query.full_state ?? false,
        useStateAfter: query.use_state_after ?? false,
        timeoutMs: query.timeout ?? 0,
      };
      return replyJsonText(await syncs.sync(caller, request, signal));
    },
  });
