// What a thread with connections to a file of SQLite runs: requests come in, answers go out in the same order. Connections
// are opened when they are first asked for, and again after an opening that failed.
import { parentPort, workerData } from 'node:worker_threads';
import { SqliteConnection } from '#databases/social/engines/sqlite/sqlite-connection';
import type {
  SqliteAnswer,
  SqliteCall,
  SqliteFailure,
  SqliteRequest,
  SqliteThreadData,
} from '#databases/social/engines/sqlite/sqlite-messages';

const data = workerData as SqliteThreadData;
const connections = new Map<number, SqliteConnection>();
/** The connection of all that is written. */
const writerNumber = 0;

parentPort?.on('message', ({ id, request }: SqliteCall) => {
  let answer: SqliteAnswer;
  try {
    answer = { id, rows: carryOut(request) };
  } catch (error) {
    answer = { id, failure: describe(error) };
  }
  parentPort?.postMessage(answer);
  if (request.op === 'close') parentPort?.close();
});

function carryOut(request: SqliteRequest) {
  switch (request.op) {
    case 'run': {
      const { transaction, isFirst, sql, parameters } = request;
      return connectionOf(request.connection).run(transaction, isFirst, sql, parameters);
    }
    case 'keep':
    case 'drop': {
      const connection = connectionOf(request.connection);
      try {
        connection.end(request.transaction, request.op === 'keep');
      } finally {
        // What reads has no group.
        if (data.role === 'read') connection.commit();
      }
      return [];
    }
    case 'commit':
      connections.get(writerNumber)?.commit();
      return [];
    case 'close':
      for (const connection of connections.values()) connection.close();
      connections.clear();
      return [];
  }
}

function connectionOf(number: number): SqliteConnection {
  let connection = connections.get(number);
  if (!connection) {
    connection = new SqliteConnection(data);
    connections.set(number, connection);
  }
  return connection;
}

function describe(error: unknown): SqliteFailure {
  const { errcode, message } = error as { readonly errcode?: unknown; readonly message: string };
  return { code: typeof errcode === 'number' ? errcode : undefined, message };
}
