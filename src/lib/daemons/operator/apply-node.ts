import { definedOnly } from '../../defined.ts';
import type { ApplyContext } from '../../apply/context.ts';
import type { ApplyOutcome } from '../../apply/executor.ts';
import { DirectoryDenied, DirectoryUnreachable } from '../../directories/directory-errors.ts';
import { EngineUnreachable, Interrupted } from '../../errors.ts';
import type { ObservedState } from '../../model/observed-state.ts';
import type { OperationKind } from '../../plan/operation.ts';
import type { Plan } from '../../plan/plan.ts';
import { replacedName } from '../../plan/replacement/replacement-names.ts';
import { applyContext, regardless } from '../../use-cases/apply-plan.ts';
import { undoReplacements } from '../../use-cases/undo-replacements.ts';
import type { OpenEngine } from '../../use-cases/open-engine.ts';

export type NodeContext = Pick<ApplyContext, 'progress' | 'signal' | 'catalog' | 'limits' | 'lock' | 'rank'>;

/** The result of a plan, by service. */
export interface Applied {
  /** The engine has changed since it was observed; plan again. */
  readonly isStale: boolean;
  /** Errors by service. */
  readonly failed: ReadonlyMap<string, string>;
  /** Those of them whose container could not be started. */
  readonly unstarted: ReadonlySet<string>;
  /** Engine or directory stopped answering during the plan; what failed for that reason is not among the failed. */
  readonly outage?: Error;
}

/** Operations of no service in particular. */
const general: ReadonlySet<OperationKind> = new Set(['lock', 'unlock', 'put-key']);
/** A token may be limited to some services. */
const registrations: ReadonlySet<OperationKind> = new Set(['register-service', 'deregister-service']);

type Failure = ApplyOutcome['failures'][number];

/** Applies a plan of a node. Failed services and an outage are in the result; any other failure, of a lock, rejects. */
export async function applyNode(
  plan: Plan,
  observed: ObservedState,
  { tools }: OpenEngine,
  context: NodeContext,
): Promise<Applied> {
  if (plan.operations.length === 0) return { isStale: false, failed: new Map(), unstarted: new Set() };
  const outcome = await tools.applier.apply(plan, {
    ...applyContext(tools, observed),
    ...context,
    command: 'operator',
  });
  const { progress, lock } = context;
  await undoReplacements(plan, outcome, {
    observe: async () => ofServices(subjectsOf(plan), await tools.observe()),
    progress,
    apply: regardless(tools, { progress, command: 'operator', ...definedOnly({ lock }) }),
  });
  const stop = outcome.failures.find(({ operation }) => general.has(operation.kind));
  if (stop !== undefined) throw stop.error;
  if (outcome.interrupted) throw new Interrupted();
  const outage = outcome.failures.find(isFromOutage);
  const failures = outcome.failures.filter((failure) => !isFromOutage(failure));
  const starts = failures.filter(({ operation }) => operation.kind === 'start-container');
  return {
    isStale: outcome.stale !== undefined,
    failed: failuresOf(failures),
    unstarted: new Set(starts.map(({ operation }) => operation.subject)),
    ...(outage === undefined ? {} : { outage: outage.error }),
  };
}

function subjectsOf({ operations }: Plan): ReadonlySet<string> {
  return new Set(operations.map(({ subject }) => subject));
}

/** Other plans may be replacing the containers of other services at this moment. */
function ofServices(services: ReadonlySet<string>, observed: ObservedState): ObservedState {
  const containers = observed.containers.filter((each) => services.has(replacedName(each) ?? each.name));
  return { ...observed, containers };
}

function failuresOf(failures: readonly Failure[]): ReadonlyMap<string, string> {
  return new Map(failures.toReversed().map(({ operation, error }) => [operation.subject, error.message]));
}

function isFromOutage({ operation, error }: Failure): boolean {
  return isOutage(error) && !(error instanceof DirectoryDenied && registrations.has(operation.kind));
}

/** Whether the engine or the directory is at fault, and not what was asked of it. */
export function isOutage(error: unknown): boolean {
  return (
    error instanceof EngineUnreachable || error instanceof DirectoryUnreachable || error instanceof DirectoryDenied
  );
}
