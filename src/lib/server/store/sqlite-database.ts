import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { Database, Row, Value, Values, Writer } from './database.ts';

/** The tables in a file that this process alone has. What was written is on the disk. */
export class SqliteDatabase implements Database, Writer {
  readonly #database: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();

  constructor(database: DatabaseSync) {
    this.#database = database;
  }

  get(sql: string, ...values: readonly Value[]): Row | undefined {
    return this.#prepared(sql).get(...values);
  }

  all(sql: string, ...values: readonly Value[]): readonly Row[] {
    return this.#prepared(sql).all(...values);
  }

  run(sql: string, ...values: readonly Value[]): number {
    return Number(this.#prepared(sql).run(...values).changes);
  }

  insert(table: string, values: Values, more = ''): void {
    const names = Object.keys(values);
    const places = names.map(() => '?').join(', ');
    this.run(`INSERT INTO ${table} (${names.join(', ')}) VALUES (${places}) ${more}`, ...Object.values(values));
  }

  async write<T>(work: (writer: Writer) => T): Promise<T> {
    this.#database.exec('BEGIN IMMEDIATE');
    try {
      const result = work(this);
      this.#database.exec('COMMIT');
      return result;
    } catch (error) {
      if (this.#database.isTransaction) this.#database.exec('ROLLBACK');
      throw error;
    }
  }

  /** The journal has what pages were before; the file itself is overwritten by `secure_delete`. */
  purge(): void {
    this.#database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  }

  /** No other server has the file. */
  onOthersChange(): void {}

  close(): void {
    this.#database.close();
  }

  #prepared(sql: string): StatementSync {
    const known = this.#statements.get(sql) ?? this.#database.prepare(sql);
    this.#statements.set(sql, known);
    return known;
  }
}
