// Where a client finds this server: Client-Server API, "Well-known URIs", `GET /.well-known/matrix/client`.
import { operation } from '#http/operation';

/** @param publicUrl scheme, host and port where clients reach us */
export const wellKnownClient = (publicUrl: string) =>
  operation({
    id: 'getWellknown',
    spec: 'https://spec.matrix.org/v1.19/client-server-api/#getwell-knownmatrixclient',
    method: 'GET',
    path: '/.well-known/matrix/client',
    access: 'public',
    rate: 'discovery',
    answer: () => ({
      'm.homeserver': { base_url: publicUrl },
      // Without end-to-end encryption here, clients that know this key make no encrypted rooms.
      'io.element.e2ee': { default: false, force_disable: true },
    }),
  });
