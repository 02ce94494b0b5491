// Where another server finds this one: Server-Server API, "Server discovery", `GET /.well-known/matrix/server`.
import { operation } from '#http/operation';

/** @param publicUrl scheme, host and port where other servers reach us */
export const wellKnownServer = (publicUrl: string) => {
  const { hostname, port, protocol } = new URL(publicUrl);
  // Without a port the name would be looked up further and end at 8448; what answers here is this very address.
  const server = `${hostname}:${port || (protocol === 'https:' ? 443 : 80)}`;
  return operation({
    id: 'getWellKnown',
    spec: 'https://spec.matrix.org/v1.19/server-server-api/#getwell-knownmatrixserver',
    method: 'GET',
    path: '/.well-known/matrix/server',
    access: 'public',
    rate: 'discovery',
    answer: () => ({ 'm.server': server }),
  });
};
