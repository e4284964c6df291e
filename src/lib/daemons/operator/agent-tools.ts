import type { NodeDirectory } from '../../directories/node-directory.ts';
import type { ProgressSink } from '../../events.ts';
import type { OpenEngine } from '../../use-cases/open-project.ts';
import type { Clock } from '../clock.ts';
import type { GatherPortHolders } from '../../plan/node/plan-with-ports.ts';
import type { ScriptCheck } from './script-checks.ts';
import type { OperatorSettings } from './settings.ts';
import type { Status } from './status.ts';

/** What a node's agent works with, and whom it tells. */
export interface AgentTools {
  readonly settings: OperatorSettings;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly directory: NodeDirectory;
  /** The engine, as long as it answers: asked for in each pass. */
  readonly openEngine: () => Promise<OpenEngine>;
  readonly clock: Clock;
  readonly status: Status;
  readonly progress: ProgressSink;
  readonly warn: (text: string) => void;
  /** Something changed that a pass should look at. */
  readonly wake: (reason: string) => void;
  readonly setChecks: (checks: readonly ScriptCheck[]) => void;
  readonly portHolders?: GatherPortHolders;
}
