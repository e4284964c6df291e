import { firstSuggestions, Interrupted, namedLogs, OperationFailed, type Problem } from '../errors.ts';
import type { ProgressSink } from '../events.ts';
import type { ApplyOutcome } from '../apply/executor.ts';
import type { Applier } from '../apply/open-engine.ts';
import type { ApplyContext, ApplyHooks, ImageSources, KeyStore, SavedFile } from '../apply/context.ts';
import { makeDirectoriesHere } from '../apply/data/private-directory.ts';
import { DnsDirectory } from '../directories/dns.ts';
import { isProcessRunning } from '../observe/processes.ts';
import type { ObservedState } from '../model/observed-state.ts';
import type { Plan } from '../plan/plan.ts';
import { undoReplacements } from './undo-replacements.ts';
import { pullsOf } from '../plan/images/images-only.ts';
import type { ClientFacts } from '../model/host-facts.ts';

/** What a command passes to every change that it makes. */
export interface ChangeContext {
  readonly progress: ProgressSink;
  readonly signal: AbortSignal;
  /** The command as the lock shows it to others: see command-text.ts. */
  readonly command: string;
  readonly warn: (text: string) => void;
  /** Asks for a yes; absent: the answer is yes. `flag` answers without a terminal. */
  readonly confirm?: (text: string, flag: string) => Promise<boolean>;
  readonly hooks?: ApplyHooks;
  readonly onSaved?: (saved: SavedFile) => void;
}

/** The part of the executor's context that is the same in every attempt. */
export interface ApplyTools {
  readonly applier: Applier;
  readonly client: ClientFacts;
  readonly keys: KeyStore;
  readonly images: ImageSources;
  /** Everything on the engine, as it is now. */
  readonly observe: () => Promise<ObservedState>;
}

export interface Preview {
  readonly plan: Plan;
  readonly observed: ObservedState;
}

export interface ChangeResult {
  readonly plan: Plan;
  /** Ids of the operations that were done. */
  readonly done: readonly string[];
}

const attempts = 3;
/** Operations at once; more do not make an engine faster. */
const engineWidth = 6;

/**
 * Plans and applies: first the pulls, because the rest of the plan depends on the pulled images. Plans again if the
 * engine has changed since it was observed. Throws if the plan is blocked or an operation fails.
 */
export async function planAndApply(
  preview: () => Promise<Preview>,
  tools: ApplyTools,
  context: ChangeContext,
): Promise<ChangeResult> {
  const warn = warnOnce(context.warn);
  let pulled: readonly string[] | undefined;
  for (let attempt = 1; ; attempt += 1) {
    const { plan, observed } = await preview();
    for (const warning of plan.warnings) warn(warning);
    refuseBlocked(plan);
    const pulls = pulled === undefined ? pullsOf(plan) : undefined;
    const result = await applyOnce({ plan: pulls ?? plan, observed }, tools, context, attempt >= attempts);
    if (result === undefined) context.progress({ type: 'notice', text: 'the engine has changed: planning again' });
    else if (pulls !== undefined) pulled = result.done;
    else return { plan, done: [...(pulled ?? []), ...result.done] };
  }
}

/** A `warn` that passes each text on only once. */
export function warnOnce(warn: (text: string) => void): (text: string) => void {
  const given = new Set<string>();
  return (text) => {
    if (!given.has(text)) warn(text);
    given.add(text);
  };
}

/** Undefined: the plan is out of date, and another attempt is allowed. */
async function applyOnce(
  { plan, observed }: Preview,
  tools: ApplyTools,
  context: ChangeContext,
  isLast: boolean,
): Promise<ChangeResult | undefined> {
  if (plan.operations.length === 0) return { plan, done: [] };
  const outcome = await tools.applier.apply(plan, { ...applyContext(tools, observed), ...context });
  const { progress, command } = context;
  await undoReplacements(plan, outcome, {
    observe: tools.observe,
    progress,
    apply: regardless(tools, { progress, command }),
  });
  return outcome.stale === undefined || outcome.interrupted || isLast ? settle(plan, outcome) : undefined;
}

/** Applies what undoes changes, also when the command was interrupted. */
export function regardless(
  tools: ApplyTools,
  context: Pick<ApplyContext, 'progress' | 'command' | 'lock'>,
): (plan: Plan, observed: ObservedState) => Promise<ApplyOutcome> {
  return async (plan, observed) => {
    const { signal } = new AbortController();
    return tools.applier.apply(plan, { ...applyContext(tools, observed), ...context, signal });
  };
}

/** The executor's context without what the command adds. */
export function applyContext(
  { client, keys, images }: ApplyTools,
  observed: ObservedState,
): Omit<ApplyContext, 'engine' | 'progress' | 'signal' | 'command'> {
  return {
    client,
    keys,
    images,
    makeDirectories: makeDirectoriesHere,
    observed,
    isProcessRunning,
    openDns: (container, run, by) => new DnsDirectory(container, run, by),
    width: engineWidth,
  };
}

function settle(plan: Plan, outcome: ApplyOutcome): ChangeResult {
  if (outcome.failures.length > 0) throw failureOf(outcome);
  if (outcome.interrupted)
    throw new Interrupted('interrupted; what is done is kept: run the same command again to continue');
  if (outcome.stale !== undefined)
    throw new OperationFailed(`the engine keeps changing while this command runs: ${outcome.stale.message}`, {
      code: 'STALE_PLAN',
      suggestions: ['see what else runs there: dockerops ps:reallyall', 'then try again'],
    });
  const done = plan.operations.filter(({ id }) => outcome.outcomes.get(id)?.state === 'done').map(({ id }) => id);
  return { plan, done };
}

/** A single failure unchanged; several as one error that lists them, with the last log lines of each. */
function failureOf({ failures, outcomes }: ApplyOutcome): Error {
  const [first, ...others] = failures;
  if (first === undefined) throw new TypeError('no failure');
  if (others.length === 0) return first.error;
  const skipped = [...outcomes.values()].filter(({ state }) => state === 'skipped').length;
  const problems = failures.map(({ operation, error }): Problem => ({
    where: operation.subject,
    message: error.message,
  }));
  const errors = failures.map(({ error }) => error);
  return new OperationFailed(
    `${String(failures.length)} operations failed, ${String(skipped)} skipped because of them`,
    {
      code: 'OPERATIONS_FAILED',
      problems,
      logs: namedLogs(errors),
      suggestions: firstSuggestions(errors),
      cause: first.error,
    },
  );
}

/** Throws if something is in the way of a plan. */
export function refuseBlocked(plan: Plan): void {
  if (plan.blockers.length > 0) throw blocked(plan);
}

function blocked({ blockers }: Plan): OperationFailed {
  const suggestions = [...new Set(blockers.flatMap((blocker) => blocker.suggestions))];
  const [first] = blockers;
  if (blockers.length === 1 && first !== undefined)
    return new OperationFailed(first.message, { code: 'BLOCKED', suggestions });
  return new OperationFailed('nothing was changed', {
    code: 'BLOCKED',
    suggestions,
    problems: blockers.map(({ subject, message }) => ({ where: subject, message })),
  });
}
