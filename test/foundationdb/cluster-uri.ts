// Which cluster the suites of this folder run against.
const clusterVariable = 'HEARTH_TEST_FOUNDATIONDB';

/** The store's URI, for whoever configures a whole server. */
export function clusterUri(): string {
  const clusterFile = process.env[clusterVariable];
  if (!clusterFile) {
    throw new Error(
      `${clusterVariable} names no cluster file: ${clusterVariable}=/etc/foundationdb/fdb.cluster`,
    );
  }
  return `foundationdb:${clusterFile}`;
}
