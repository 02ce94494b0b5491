// How connections to PostgreSQL are made: what the URI says, and what ours need beside it.
import type { ClientConfig } from 'pg';
import {
  postgresAnswerMs,
  postgresConnectMs,
  postgresKeepAliveMs,
  postgresStatementMs,
} from '#support/limits';

/**
 * Set for each connection, behind what the URI's own `options` say. Nothing may be written but in a transaction that says
 * so: statements are sent behind a BEGIN without waiting for its answer, and would otherwise be stored on their own where it
 * failed. Every question has its index: reading tables through would make a transaction conflict with all others.
 */
const sessionOptions = '-c default_transaction_read_only=on -c enable_seqscan=off';

/** Modes that mean in libpq, and so in other programs, something else than in the driver. */
const libpqModes: ReadonlySet<string> = new Set(['prefer', 'require', 'verify-ca']);

/** `uri` is `postgres://USER:PASSWORD@HOST/DATABASE?…`, with the parameters of libpq. */
export function postgresOptions(uri: string): ClientConfig {
  const url = new URL(uri);
  const { searchParams } = url;
  searchParams.set('options', `${searchParams.get('options') ?? ''} ${sessionOptions}`.trim());
  if (libpqModes.has(searchParams.get('sslmode') ?? '')) searchParams.set('uselibpqcompat', 'true');
  // A space is %20 in URIs, and + in forms only.
  url.search = searchParams.toString().replaceAll('+', '%20');
  return {
    connectionString: url.href,
    application_name: 'hearth',
    connectionTimeoutMillis: postgresConnectMs,
    statement_timeout: postgresStatementMs,
    idle_in_transaction_session_timeout: postgresStatementMs,
    // For a server that no longer answers at all.
    query_timeout: postgresAnswerMs,
    keepAlive: true,
    keepAliveInitialDelayMillis: postgresKeepAliveMs,
  };
}
