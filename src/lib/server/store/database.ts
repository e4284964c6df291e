/** What a column has. */
export type Value = string | number | null;
export type Values = Readonly<Record<string, Value>>;
export type Row = Readonly<Record<string, unknown>>;

export interface Reader {
  get(sql: string, ...values: readonly Value[]): Row | undefined;
  all(sql: string, ...values: readonly Value[]): readonly Row[];
}

export interface Writer extends Reader {
  /** Returns how many rows have changed. */
  run(sql: string, ...values: readonly Value[]): number;
  /** `more`: what follows the values, such as `ON CONFLICT …`. */
  insert(table: string, values: Values, more?: string): void;
}

/**
 * The tables of a server, in SQL. Reads are answered from this process and wait for nothing; writes are kept by the
 * time that they resolve. Every store of the server reads and writes through it, so that none knows where it is kept.
 */
export interface Database extends Reader {
  /**
   * Does everything that `work` writes, or nothing when it throws. `work` runs at one moment: it must not wait, and its
   * reads, also those by the database itself, see what it has written. It may be run again from the beginning, when
   * another server has written at the same time, so it changes nothing but the tables. Rejects with what `work` has
   * thrown, or with an error for which `isStoreFailure` holds.
   */
  write<T>(work: (writer: Writer) => T): Promise<T>;
  /** Leaves no copy on the disk of what was deleted, as far as this process has a file of its own. */
  purge(): void;
  /** Called after other servers have changed something. */
  onOthersChange(listener: () => void): void;
  close(): void;
}

/** Other servers have written at the same time, again and again. */
export class StoreConflict extends Error {
  override readonly name = 'StoreConflict';

  constructor() {
    super('other servers have written at the same time: try again');
  }
}
