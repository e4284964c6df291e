import type { Owner } from '../model/desired.ts';
import type { Operation } from './operation.ts';

/** One field in which an instance differs from the desired one. Secret values are masked. */
export interface Difference {
  readonly field: string;
  readonly from: string;
  readonly to: string;
  /** Where the desired value comes from: `run.conf:12:7`. */
  readonly origin?: string;
}

/** What the planner decided on one instance or image. */
export interface Verdict {
  readonly key: string;
  /** Absent where the plan is of one host. */
  readonly host?: string;
  readonly container?: string;
  /** How a command names it (`web,instance=one`), if a command may have to. */
  readonly named?: string;
  readonly verdict:
    | 'create'
    | 'keep'
    | 'replace'
    | 'differs'
    | 'stopped'
    | 'start'
    /** Runs, but its names are lost. */
    | 'register'
    | 'stop'
    | 'remove'
    | 'orphan'
    | 'notAutostarted'
    | 'pull'
    | 'send'
    | 'build'
    | 'conflict';
  readonly reason: string;
  readonly differences: readonly Difference[];
}

/** Why a plan must not be applied: a name or port that is in use, a stopped instance. */
export interface Blocker {
  readonly subject: string;
  /** Absent where the plan is of one host. */
  readonly host?: string;
  readonly message: string;
  readonly suggestions: readonly string[];
}

/** What is done, what is left unchanged, and what the user should know. */
export interface Plan {
  readonly owner: Owner;
  readonly operations: readonly Operation[];
  readonly verdicts: readonly Verdict[];
  readonly blockers: readonly Blocker[];
  readonly warnings: readonly string[];
}

/** Keys of the instances on which the planner decided so, each once. */
export function keysOf({ verdicts }: Plan, decided: Verdict['verdict']): readonly string[] {
  return [...new Set(verdicts.filter(({ verdict }) => verdict === decided).map(({ key }) => key))];
}
