/** What the API answers, as far as the page shows it. Times are milliseconds since 1970 unless they are texts. */

export interface ServiceConfig {
  readonly numInstances?: number;
  readonly image?: string;
  readonly env?: Readonly<Record<string, unknown>>;
  readonly [key: string]: unknown;
}

export interface Service {
  readonly name: string;
  readonly description?: string;
  readonly dockerRepository: string;
  readonly config: ServiceConfig;
}

/** Of a hundred a processor, and in MB. */
interface Used {
  readonly cpu: number | null;
  readonly memory: number;
}

export interface Host {
  readonly ID: string;
  readonly PublicIP: string;
  readonly Version: string;
  readonly TotalResources: { readonly Cores: number; readonly Memory: number };
  readonly Hostname: string;
  readonly Role?: string;
  readonly State: string;
  readonly Availability?: string;
  readonly Used: Used | null;
}

export interface Unit {
  /** `<service>-<version>-<instance>`. */
  readonly name: string;
  readonly service: string;
  readonly version: number;
  readonly instance: number;
  readonly loadState: string;
  readonly activeState: string;
  readonly subState: string;
  readonly machineState: { readonly ID: string } | null;
  readonly since: number;
  readonly error?: string;
  readonly exitCode?: number;
  readonly health?: string;
  readonly address?: string;
  /** It belongs to no service of this server. */
  readonly orphan?: boolean;
  readonly Used: Used | null;
}

export const phaseNames = ['queued', 'pulling', 'starting', 'switching', 'draining', 'done'] as const;
type PhaseName = (typeof phaseNames)[number] | 'failed' | 'superseded';

export interface Deployment {
  readonly id: string;
  readonly service: string;
  readonly version: number;
  readonly state: PhaseName;
  readonly phases: readonly { readonly name: PhaseName; readonly at: number }[];
  readonly error?: string;
  readonly unit?: string;
  readonly node?: string;
  readonly exitCode?: number;
  readonly logs: readonly string[];
}

export interface Job {
  readonly id: string;
  readonly name: string;
  readonly image: string;
  readonly command: string | readonly string[];
  readonly status: string;
  readonly state: string;
  readonly error?: string;
  readonly exitCode?: number;
  readonly node?: string;
  readonly createdAt: string;
  readonly startedAt?: string;
  readonly finishedAt?: string;
  readonly schedule?: string;
  readonly nextRunAt?: string;
}

export interface JournalEntry {
  readonly serviceName: string;
  readonly version: string;
  readonly timestamp: number;
  readonly config: ServiceConfig;
  readonly rollbackOf?: string;
}
