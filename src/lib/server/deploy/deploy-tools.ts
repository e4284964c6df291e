import type { ApplyContext } from '../../apply/context.ts';
import type { ApplyOutcome } from '../../apply/executor.ts';
import type { Clock } from '../../daemons/clock.ts';
import type { EngineReader } from '../../engine/engine.ts';
import type { ObservedNode } from '../../model/observed-state.ts';
import type { Plan } from '../../plan/plan.ts';
import type { Balancing } from '../balancer/balancing.ts';
import type { DeployStore } from './deploy-store.ts';
import type { LogReader } from './failure-details.ts';
import type { Observation, UnitReader } from './observe-units.ts';
import type { Orphans } from './orphans.ts';
import type { UnitChange } from './unit-changes.ts';

export interface DeployTools {
  readonly store: DeployStore;
  /** Name of the server. */
  readonly server: string;
  /** Of the services that are reached by name. */
  readonly publicPort: number;
  /** How long a pull may take, and then the units until they are ready. */
  readonly timeoutMs: number;
  readonly clock: Pick<Clock, 'date'>;
  readonly apply: (plan: Plan, context: Partial<Pick<ApplyContext, 'observed'>>) => Promise<ApplyOutcome>;
  readonly balancing: Balancing;
  readonly onUnits: (change: UnitChange, nodes: readonly ObservedNode[]) => void;
  /** Something in the background has ended: there is more to do. */
  readonly wake: (reason: string) => void;
  readonly warn: (text: string) => void;
}

export type DeployReader = UnitReader &
  LogReader &
  Pick<EngineReader, 'findSwarmService' | 'findImage' | 'listNetworks'>;

/** One pass: what was observed, and of which engine. */
export interface Pass {
  readonly engine: DeployReader;
  /** Without orphans. */
  readonly observed: Observation;
  readonly orphans: Orphans;
  readonly now: number;
}
