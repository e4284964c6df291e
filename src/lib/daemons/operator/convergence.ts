import { OperationLimits } from '../../apply/operation-limits.ts';
import { SharedLock } from '../../apply/shared-lock.ts';
import type { ImageSpec } from '../../model/desired.ts';
import type { ObservedService } from '../../model/service-entry.ts';
import { nothingObserved } from '../../observe/observe.ts';
import { planNode, planPulls, type NodePlan } from '../../plan/node/plan-node.ts';
import { splitPlan } from '../../plan/node/split-plan.ts';
import type { Plan } from '../../plan/plan.ts';
import { withGrace } from '../grace.ts';
import type { ListedContainer } from '../reported-changes.ts';
import type { AgentTools } from './agent-tools.ts';
import { applyNode, isOutage, type Applied } from './apply-node.ts';
import type { DesiredState } from './desired-state.ts';
import type { DirectoryMemory } from './directory-memory.ts';
import { ImagePulls } from './image-pulls.ts';
import { NodeObserver } from './node-observer.ts';
import { observeNode, planFrom, type Observation } from './observe-node.ts';
import { OngoingChanges, type Outcome } from './ongoing-changes.ts';
import { keptNames, planDue, type DuePlan } from './plan-due.ts';
import { ServiceMemory, touchedBy, type AppliedPass } from './service-memory.ts';
import { serviceStatuses } from './service-statuses.ts';

/** A plan with the reasons for what it leaves out. */
export type Preview = NodePlan & { readonly notices: readonly string[] };

const attempts = 3;
/** Operations at once. */
const width = 6;
/** So that a container that was created is started before the next one is created. */
const partRanks = 1000;
/** An operator that is stopped during a replacement creates the new container first. */
const graceMs = 20_000;

/** Brings the engine to the desired state: observes, plans and applies, again when the engine changed meanwhile. */
export class Convergence {
  readonly services: ServiceMemory;
  readonly pulls: ImagePulls;
  /** Why services are not as they are defined, apart from operations that failed. */
  problems: readonly string[] = [];
  readonly #tools: AgentTools;
  readonly #directory: DirectoryMemory;
  readonly changes: OngoingChanges;
  readonly #observer = new NodeObserver();
  readonly #lock = new SharedLock();
  readonly #limits = new OperationLimits(width);
  /** Called when the directory could not be asked; containers are reconciled all the same. */
  readonly #onOutage: (error: unknown) => void;
  #isSettling = false;

  constructor(tools: AgentTools, directory: DirectoryMemory, onOutage: (error: unknown) => void) {
    this.#tools = tools;
    this.#directory = directory;
    this.#onOutage = onOutage;
    this.changes = new OngoingChanges(tools.clock, () => {
      if (!this.#isSettling) tools.wake('changed by us');
    });
    this.services = new ServiceMemory(tools.clock, tools.setChecks);
    this.pulls = new ImagePulls({
      clock: tools.clock,
      pull: (image, signal) => this.#pull(image, signal),
      onEnd: () => {
        tools.wake('image');
      },
    });
  }

  /** `complete`: what is not desired is removed. Resolves with the containers that it went by. */
  async run(desired: DesiredState, complete: boolean, signal: AbortSignal): Promise<readonly ListedContainer[]> {
    const { status } = this.#tools;
    for (let attempt = 1; ; attempt += 1) {
      const observation = await status.during('FetchingNodeStateFailed', () => this.#observe(desired));
      const isStale = await status.during('NormalizingFailed', () => this.#apply(observation, complete, signal));
      if (!isStale) return observation.view.observed.containers;
      if (attempt === attempts) throw new Error('the engine changes faster than the operator can plan');
    }
  }

  /** What `run` would do. */
  async preview(desired: DesiredState): Promise<Preview> {
    const observation = await this.#observe(desired);
    const { resolved, registered, view } = observation;
    const node = {
      desired: { ...resolved.desired, complete: this.#directory.knowsOwner },
      entries: resolved.entries,
      keep: keptNames(observation, new Map()),
      anew: this.services.unstarted,
      ...(registered === undefined ? {} : { registered }),
    };
    const found = await planFrom(observation, this.#tools, (facts) => planNode(node, view.observed, facts));
    return { ...found, notices: previewNotices(observation) };
  }

  /** Until something that failed is tried again. */
  nextMs(): readonly (number | undefined)[] {
    return [this.services.retries.nextMs(), this.pulls.nextMs()];
  }

  async #observe(desired: DesiredState): Promise<Observation> {
    return observeNode(desired, {
      tools: this.#tools,
      observer: this.#observer,
      directory: this.#directory,
      observedServices: () => this.#observedServices(),
    });
  }

  async #observedServices(): Promise<readonly ObservedService[] | undefined> {
    try {
      return await this.#directory.services();
    } catch (error) {
      if (!isOutage(error)) throw error;
      this.#onOutage(error);
      return undefined;
    }
  }

  /** True when the plan was stale. */
  async #apply(observation: Observation, complete: boolean, signal: AbortSignal): Promise<boolean> {
    const planned = await this.#plan(observation, complete);
    this.pulls.set([...planned.waiting.values()], signal);
    const begun = splitPlan(planned.plan).map(({ plan, subjects }, index) =>
      this.changes.start(subjects, () => this.#applyPart(plan, index, observation, signal)),
    );
    this.#isSettling = true;
    const outcomes = await this.changes.settle(begun).finally(() => (this.#isSettling = false));
    const applied = together(outcomes);
    if (!applied.isStale) this.#applied({ ...observation, ...planned, ...applied, busy: this.changes.services });
    return applied.isStale;
  }

  #plan(observation: Observation, complete: boolean): Promise<DuePlan> {
    const { services, changes } = this;
    const options = {
      isDue: services.isDue(observation.resolved),
      complete: complete && this.#directory.knowsOwner,
      anew: services.unstarted,
      busy: changes.services,
      postponed: services.notRemovable(),
    };
    return planFrom(observation, this.#tools, (facts) => planDue(observation, { ...options, facts }));
  }

  async #applyPart(
    plan: Plan,
    index: number,
    { view, opened, resolved }: Observation,
    signal: AbortSignal,
  ): Promise<Applied> {
    const { directory: catalog, progress, clock } = this.#tools;
    const shared = { lock: this.#lock, limits: this.#limits, rank: index * partRanks };
    const applied = await withGrace(signal, graceMs, clock, (late) =>
      applyNode(plan, view.observed, opened, { progress, signal: late, catalog, ...shared }),
    );
    this.services.noteFailures(resolved, applied);
    return applied;
  }

  #applied(pass: AppliedPass): void {
    this.services.passApplied(pass);
    this.problems = [...definitionProblems(pass), ...[...pass.refused].map(([name, reason]) => `${name}: ${reason}`)];
    this.#tools.status.services = serviceStatuses({ ...pass, retries: this.services.retries, pulls: this.pulls });
    // A failure changed nothing; waking for it would repeat it without a pause.
    if ([...touchedBy(pass)].some((subject) => !pass.failed.has(subject))) this.#tools.wake('changed by us');
  }

  async #pull(image: ImageSpec, signal: AbortSignal): Promise<void> {
    const { openEngine, progress } = this.#tools;
    const plan = planPulls(this.#directory.owner, [image], nothingObserved);
    const context = { progress, signal, lock: this.#lock };
    const { failed, outage } = await applyNode(plan, nothingObserved, await openEngine(), context);
    const [error] = failed.values();
    if (outage !== undefined) throw outage;
    if (error !== undefined) throw new Error(error);
  }
}

/** Throws what kept a part from being applied. */
function together(outcomes: readonly Outcome[]): Applied {
  const applied = outcomes.map((outcome) => {
    if ('error' in outcome) throw outcome.error;
    return outcome;
  });
  const outage = applied.find((each) => each.outage !== undefined)?.outage;
  if (outage !== undefined) throw outage;
  return {
    isStale: applied.some(({ isStale }) => isStale),
    failed: new Map(applied.flatMap(({ failed }) => [...failed])),
    unstarted: new Set(applied.flatMap(({ unstarted }) => [...unstarted])),
  };
}

function definitionProblems({ desired, resolved }: Pick<Observation, 'desired' | 'resolved'>): readonly string[] {
  return [...desired.unread, ...resolved.problems].flatMap(([name, found]) =>
    found.map(({ where, message }) => `${name}: ${where ?? ''}: ${message}`),
  );
}

function previewNotices({ desired, resolved }: Observation): readonly string[] {
  const problems = definitionProblems({ desired, resolved });
  const undecided = [...resolved.undecided].map(
    ([name, { reference }]) => `${name}: its ports are known when the image ${reference} has been pulled`,
  );
  return [...desired.notices, ...problems, ...undecided];
}
