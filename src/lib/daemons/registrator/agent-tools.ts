import type { LoadedPolicy } from '../../policies/load-policies.ts';
import type { ProgressSink } from '../../events.ts';
import type { OpenEngine } from '../../use-cases/open-engine.ts';
import type { Clock } from '../clock.ts';
import type { ReconcileLoop } from '../reconcile-loop.ts';
import type { Configurations } from './configurations.ts';
import type { DirectoryState } from './directory-state.ts';
import type { EvaluationFault } from './evaluations.ts';
import type { RegistratorSettings } from './settings.ts';
import type { Status } from './status.ts';

/** The policies of a registrator with their configurations; both are read again on SIGHUP. */
export interface PolicySet {
  readonly policies: readonly LoadedPolicy[];
  readonly configurations: Configurations;
  /** What was noticed when they were loaded. */
  readonly notices: readonly string[];
}

/** What the agent of a registrator works with and reports to. */
export interface AgentTools {
  readonly settings: RegistratorSettings;
  readonly directory: DirectoryState;
  /** Called in each pass; keeps the engine open as long as that answers. */
  readonly openEngine: () => Promise<OpenEngine>;
  readonly clock: Clock;
  readonly status: Status;
  readonly progress: ProgressSink;
  readonly warn: (text: string) => void;
  readonly onFault: (fault: EvaluationFault) => void;
  /** Asks for a pass, because something has changed. */
  readonly wake: ReconcileLoop['wake'];
  /** The lease may have ended. */
  readonly checkLease: () => void;
  readonly limits: { readonly operations: number; readonly requestBytes: number };
}
