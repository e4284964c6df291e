import type { RunConfEntry } from '../../conf/run-conf-entry.ts';
import type { Service } from '../../services.ts';

/** One instance to be resolved, and the entry of run.conf that applies to it. */
export interface Selected {
  /** `<service>-<instance>` */
  readonly key: string;
  readonly service: Service;
  readonly instance: string;
  readonly entry: RunConfEntry | undefined;
  /** Owned by an entry without an instance name. */
  readonly unnamed: boolean;
}
