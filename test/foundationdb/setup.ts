// Before the suites against a real cluster: says what is missing, and installs the optional package if it is not there.
import { access } from 'node:fs/promises';
import { installFoundationdb } from '../../tools/install-foundationdb.ts';
import { clusterUri } from './cluster-uri.ts';

export default async function setup(): Promise<void> {
  const clusterFile = clusterUri().replace(/^foundationdb:/, '');
  await access(clusterFile);
  await installFoundationdb();
}
