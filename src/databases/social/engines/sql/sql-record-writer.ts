// Writes social records by SQL: a record is one row, and the database keeps its indices.
import { keyOf } from '#databases/social/engines/field-values';
import type { SqlConnection } from '#databases/social/engines/sql/sql-database';
import {
  encodeFields,
  SqlRecordReader,
  type SqlStatements,
} from '#databases/social/engines/sql/sql-record-reader';
import { searchColumn } from '#databases/social/engines/sql/sql-tables';
import { decodePlace, encodeRecord } from '#databases/social/engines/sql/sql-values';
import type { TypeStatements } from '#databases/social/engines/sql/statements';
import { placeOfId } from '#databases/social/engines/time-sorted-ids';
import type { RecordWriter, Texts } from '#databases/social/record-access';
import type { AnyRecord, Field, RecordType } from '#databases/social/records/record-type';
import { ProtocolError } from '#support/errors';

export class SqlRecordWriter extends SqlRecordReader implements RecordWriter {
  readonly #nextId: () => bigint;
  readonly #unawaited: Promise<unknown>[] = [];

  constructor(connection: SqlConnection, statements: SqlStatements, nextId: () => bigint) {
    super(connection, statements);
    this.#nextId = nextId;
  }

  /** Resolves once all that was written has run; to be awaited at the end of a transaction, however its body has ended. */
  async settle(): Promise<void> {
    await Promise.all(this.#unawaited);
  }

  /** Nobody waits for the answer, which says nothing: the statement runs before all that come after it. */
  async insert<R extends object, K extends Field<R>, T extends string>(
    type: RecordType<R, K, never, string, T>,
    record: NoInfer<R>,
    texts?: NoInfer<Texts<T>>,
  ): Promise<void> {
    const storing = this.#store(this.statements(type), record as AnyRecord, texts);
    // Reported by `settle`.
    storing.catch(() => undefined);
    this.#unawaited.push(storing);
  }

  async put<R extends object, K extends Field<R>, T extends string>(
    type: RecordType<R, K, string, string, T>,
    record: NoInfer<R>,
    texts?: NoInfer<Texts<T>>,
  ): Promise<boolean> {
    const statements = this.statements(type);
    await this.#assertUnique(statements, record as AnyRecord);
    return this.#store(statements, record as AnyRecord, texts);
  }

  async remove<R extends object, K extends Field<R>>(
    type: RecordType<R, K>,
    key: NoInfer<Pick<R, K>>,
  ): Promise<R | undefined> {
    const statements = this.statements(type);
    const values = encodeFields(statements, type.key, keyOf(type.key, key as AnyRecord));
    const [[row]] = await Promise.all([
      this.connection.run(statements.remove(), values),
      type.texts.length === 0 ? undefined : this.connection.run(statements.removeTexts('all'), values),
    ]);
    return row && (statements.columns.decode(row) as R);
  }

  /** Looked at before it is written: a constraint that fails would end the whole transaction in some databases. */
  async #assertUnique(statements: TypeStatements, record: AnyRecord): Promise<void> {
    const { type } = statements.stored;
    for (const [name, fields] of Object.entries(type.unique)) {
      const columns = fields.map((field) => searchColumn(type, field));
      const others = await this.connection.run(statements.selectOthers(name, columns), [
        ...encodeFields(statements, fields, keyOf(fields, record)),
        ...encodeFields(statements, type.key, keyOf(type.key, record)),
      ]);
      if (others.length > 0) {
        throw new ProtocolError('conflict', `${type.name} has a record with the same ${name} already`);
      }
    }
  }

  /** Answers whether there was no record with its key. */
  async #store(statements: TypeStatements, record: AnyRecord, texts: Texts<string> = {}): Promise<boolean> {
    const { type, table } = statements.stored;
    const id = this.#nextId();
    const [[row]] = await Promise.all([
      this.connection.run(statements.upsert(), encodeRecord(table.columns, record, id)),
      ...Object.entries(texts).map(([name, text]) => {
        const key = encodeFields(statements, type.key, keyOf(type.key, record));
        return text === undefined
          ? this.connection.run(statements.removeTexts('one'), [...key, name])
          : this.connection.run(statements.upsertText(), [...key, name, text]);
      }),
    ]);
    return decodePlace(row?.[0]) === placeOfId(id);
  }
}
