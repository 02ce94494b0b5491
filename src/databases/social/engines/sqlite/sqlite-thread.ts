// What a thread with connections to a file of SQLite runs: requests come in, answers go out in the same order. Connections
// are opened when they are first asked for, and again after an opening that failed.
import { parentPort, workerData } from 'node:worker_threads';
import { SqliteConnection, type SqliteOptions } from '#databases/social/engines/sqlite/sqlite-connection';
import type {
  SqliteAnswer,
  SqliteCalls,
  SqliteFailure,
  SqliteRequest,
} from '#databases/social/engines/sqlite/sqlite-messages';

export type SqliteThreadData = SqliteOptions;

const data = workerData as SqliteThreadData;
const connections = new Map<number, SqliteConnection>();
/** The connection of all that is written. */
const writerNumber = 0;

/** Answers wait for those of the same message for so long at most. */
const answersWaitMs = 1;

parentPort?.on('message', (calls: SqliteCalls) => {
  let answers: SqliteAnswer[] = [];
  let begin = performance.now();
  for (const { id, request } of calls) {
    answers.push(answerTo(id, request));
    if (performance.now() - begin < answersWaitMs) continue;
    parentPort?.postMessage(answers);
    answers = [];
    begin = performance.now();
  }
  if (answers.length > 0) parentPort?.postMessage(answers);
  if (calls.at(-1)?.request.op === 'close') parentPort?.close();
});

function answerTo(id: number, request: SqliteRequest): SqliteAnswer {
  try {
    return { id, rows: carryOut(request) };
  } catch (error) {
    return { id, failure: describe(error) };
  }
}

function carryOut(request: SqliteRequest) {
  switch (request.op) {
    case 'run': {
      const { transaction, isFirst, sql, parameters } = request;
      return connectionOf(request.connection).run(transaction, isFirst, sql, parameters);
    }
    case 'keep':
    case 'drop': {
      const connection = connectionOf(request.connection);
      connection.end(request.transaction, request.op === 'keep');
      // What reads has no group.
      if (data.role === 'read') connection.commit();
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
