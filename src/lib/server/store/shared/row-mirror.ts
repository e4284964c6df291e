import { DatabaseSync } from 'node:sqlite';
import type { Row, Value, Writer } from '../database.ts';
import { SqliteDatabase } from '../sqlite-database.ts';
import { migrations } from '../tables.ts';

/** A row as it is now, or that there is none of this key any more. */
export interface RowChange {
  readonly table: string;
  /** Values of the primary key. */
  readonly key: readonly Value[];
  readonly row?: Readonly<Record<string, Value>>;
}

interface Column {
  readonly name: string;
  readonly isNumber: boolean;
}

/** The tables in memory. They change by rows that were kept elsewhere; what a write would change can be tried. */
export class RowMirror {
  readonly tables: SqliteDatabase;
  readonly #database = new DatabaseSync(':memory:');
  /** Columns of the primary key, by table. */
  readonly #keys: ReadonlyMap<string, readonly Column[]>;

  constructor() {
    // A row that is replaced fires the triggers, too.
    this.#database.exec(`PRAGMA recursive_triggers = ON; ${migrations.join('')}
      CREATE TEMP TABLE changed (place INTEGER PRIMARY KEY, name TEXT NOT NULL, key TEXT NOT NULL)`);
    this.tables = new SqliteDatabase(this.#database);
    this.#keys = new Map(tableNames(this.tables).map((name) => [name, keyColumns(this.tables, name)]));
    for (const [name, columns] of this.#keys) this.#database.exec(triggersOf(name, columns));
  }

  /** What `work` returns, and the rows that it changes in the order of their last change; nothing has changed after. */
  try<T>(work: (writer: Writer) => T): { readonly result: T; readonly changes: readonly RowChange[] } {
    this.#database.exec('PRAGMA foreign_keys = ON; BEGIN');
    try {
      return { result: work(this.tables), changes: this.#changes() };
    } finally {
      this.#database.exec('ROLLBACK');
    }
  }

  apply(changes: readonly RowChange[]): void {
    this.#apply(() => {
      for (const change of changes) this.#put(change);
    });
  }

  /** These rows in place of all that are there. */
  replace(rows: readonly RowChange[]): void {
    this.#apply(() => {
      for (const name of this.#keys.keys()) this.tables.run(`DELETE FROM ${name}`);
      for (const row of rows) this.#put(row);
    });
  }

  /** The values of a key from their texts; undefined when it is of no table. */
  parseKey(table: string, texts: readonly string[]): readonly Value[] | undefined {
    const columns = this.#keys.get(table);
    if (columns?.length !== texts.length) return undefined;
    return texts.map((text, index) => (columns[index]?.isNumber === true ? Number(text) : text));
  }

  close(): void {
    this.#database.close();
  }

  /** Without references between tables: what is gone comes row by row. */
  #apply(work: () => void): void {
    this.#database.exec('PRAGMA foreign_keys = OFF; BEGIN');
    try {
      work();
      this.tables.run('DELETE FROM changed');
      this.#database.exec('COMMIT');
    } catch (error) {
      this.#database.exec('ROLLBACK');
      throw error;
    }
  }

  #put({ table, key, row }: RowChange): void {
    const names = this.#names(table);
    if (row === undefined) this.tables.run(`DELETE FROM ${table} WHERE ${whereOf(names)}`, ...key);
    else {
      const updates = Object.keys(row).map((name) => `${name} = excluded.${name}`);
      this.tables.insert(table, row, `ON CONFLICT (${names.join(', ')}) DO UPDATE SET ${updates.join(', ')}`);
    }
  }

  #changes(): readonly RowChange[] {
    const rows = this.tables.all('SELECT name, key FROM changed GROUP BY name, key ORDER BY max(place)');
    return rows.map((found) => {
      const table = String(found['name']);
      const key = JSON.parse(String(found['key'])) as readonly Value[];
      const row = this.tables.get(`SELECT * FROM ${table} WHERE ${whereOf(this.#names(table))}`, ...key);
      return { table, key, ...(row === undefined ? {} : { row: row as Readonly<Record<string, Value>> }) };
    });
  }

  #names(table: string): readonly string[] {
    return (this.#keys.get(table) ?? []).map(({ name }) => name);
  }
}

function whereOf(names: readonly string[]): string {
  return names.map((name) => `${name} = ?`).join(' AND ');
}

function tableNames(tables: SqliteDatabase): readonly string[] {
  const sql = "SELECT name FROM main.sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%'";
  return tables.all(sql).map(({ name }: Row) => String(name));
}

function keyColumns(tables: SqliteDatabase, table: string): readonly Column[] {
  const rows = tables.all('SELECT name, type FROM pragma_table_info(?) WHERE pk > 0 ORDER BY pk', table);
  return rows.map(({ name, type }) => ({ name: String(name), isNumber: type !== 'TEXT' }));
}

function triggersOf(table: string, columns: readonly Column[]): string {
  const note = (version: 'old' | 'new'): string => {
    const key = columns.map(({ name }) => `${version}.${name}`).join(', ');
    return `INSERT INTO changed (name, key) VALUES ('${table}', json_array(${key}));`;
  };
  const trigger = (event: string, notes: string): string =>
    `CREATE TEMP TRIGGER ${table}_${event} AFTER ${event} ON main.${table} BEGIN ${notes} END;`;
  return [
    trigger('insert', note('new')),
    trigger('update', note('old') + note('new')),
    trigger('delete', note('old')),
  ].join('');
}
