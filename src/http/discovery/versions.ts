// Which versions of the specification clients may count on: `GET /_matrix/client/versions`.
import { operation } from '#http/operation';

/** From v1.3 on clients would count on relations and threads, which are not served. */
const specificationVersions = ['v1.1', 'v1.2'];

export const versions = () =>
  operation({
    id: 'getVersions',
    spec: 'https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientversions',
    method: 'GET',
    path: '/_matrix/client/versions',
    access: 'public',
    rate: 'discovery',
    answer: () => ({ versions: specificationVersions, unstable_features: {} }),
  });
