import type { NodeDirectory } from '../../directories/node-directory.ts';
import type { ProgressSink } from '../../events.ts';
import type { GatherPortHolders } from '../../plan/node/plan-with-ports.ts';
import type { OpenEngine } from '../../use-cases/open-engine.ts';
import type { Clock } from '../clock.ts';
import type { ReconcileLoop } from '../reconcile-loop.ts';
import type { ScriptCheck } from './script-checks.ts';
import type { OperatorSettings } from './settings.ts';
import type { Status } from './status.ts';

/** What the agent of a node works with and reports to. */
export interface AgentTools {
  readonly settings: OperatorSettings;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly directory: NodeDirectory;
  /** Called in each pass; keeps the engine open as long as that answers. */
  readonly openEngine: () => Promise<OpenEngine>;
  readonly clock: Clock;
  readonly status: Status;
  readonly progress: ProgressSink;
  readonly warn: (text: string) => void;
  /** Asks for a pass, because something has changed. */
  readonly wake: ReconcileLoop['wake'];
  readonly setChecks: (checks: readonly ScriptCheck[]) => void;
  readonly portHolders?: GatherPortHolders;
}
