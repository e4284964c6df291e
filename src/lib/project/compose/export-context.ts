import type { RunConfEntry } from '../conf/run-conf-entry.ts';

/** What the export of one entry needs to know, and where it reports what a compose file cannot say. */
export interface ExportContext {
  readonly entry: RunConfEntry;
  readonly entries: readonly RunConfEntry[];
  /** Name of the service in the compose file of each entry. */
  readonly names: ReadonlyMap<RunConfEntry, string>;
  /** Names of the project's services. */
  readonly services: readonly string[];
  /** Those of them that have a folder. */
  readonly folders: ReadonlySet<string>;
  /** `key`: path in the entry. */
  readonly lose: (key: string, message: string) => void;
}
