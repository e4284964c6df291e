import { DirectoryError } from '../../directories/directory-errors.ts';
import type { EngineEvent } from '../../engine/engine.ts';
import { streamOpened } from '../../engine/engine.ts';
import { Interrupted, messageOf } from '../../errors.ts';
import { untilInterrupted } from '../../interrupt.ts';
import type { DesiredKey } from '../../model/published-key.ts';
import { mergeKeys, type MergedKeys } from '../../plan/keys/merge-keys.ts';
import { planKeys, type KeysPlan } from '../../plan/keys/plan-keys.ts';
import type { PolicyHost } from '../../policies/policy.ts';
import type { OpenEngine } from '../../use-cases/open-engine.ts';
import { Notices } from '../notices.ts';
import type { PassResult } from '../reconcile-loop.ts';
import type { AgentTools, PolicySet } from './agent-tools.ts';
import { applyKeys } from './apply-keys.ts';
import { ContainerObserver, type InspectedContainer } from './container-observer.ts';
import { Evaluations, type Evaluated } from './evaluations.ts';
import { findingsOf } from './findings.ts';
import type { HeldLease } from './hold-lease.ts';
import { reservedPrefixes } from './reserved-prefixes.ts';

interface AgentPass extends PassResult {
  /** Whether the directory is as desired, with the answers of all policies. */
  readonly isSettled: boolean;
}

/** What the engine showed last, with the means to apply plans. */
interface Observation {
  readonly opened: OpenEngine;
  readonly host: PolicyHost;
  readonly containers: readonly InspectedContainer[];
}

/** What is desired after the policies were asked. */
interface Desired extends MergedKeys {
  readonly evaluated: Evaluated;
  readonly set: PolicySet;
  readonly configurations: number;
}

/** What the directory was brought to: as long as all are the same, there is nothing to do. */
interface Settled {
  readonly keys: readonly DesiredKey[];
  readonly lease: HeldLease;
  readonly directory: number;
}

/** When another registrator was faster. */
const soonMs = 50;
/** How long keys of an earlier process stay although a policy has not asked for them yet. */
const startMs = 10_000;
const waitMs = 250;

/**
 * Reconciles the keys of one registrator. Each pass compares what policies ask for with what the directory has, and
 * applies a plan of the difference. When the engine does not answer, it goes by what that showed last.
 */
export class RegistratorAgent {
  readonly #tools: AgentTools;
  readonly #observer: ContainerObserver;
  readonly #notices: Notices;
  readonly #started: number;
  #set: PolicySet;
  #evaluations: Evaluations;
  #observation: Observation | undefined;
  #lease: HeldLease | 'other' | undefined;
  #leaseError: unknown;
  #desired: Desired | undefined;
  #settled: Settled | undefined;
  /** Whether all policies have answered for all containers. */
  #isComplete = false;

  constructor(tools: AgentTools, set: PolicySet) {
    this.#tools = tools;
    this.#set = set;
    this.#observer = new ContainerObserver(tools.settings.drain);
    this.#notices = new Notices(tools.warn);
    this.#started = tools.clock.now();
    this.#evaluations = this.#newEvaluations();
  }

  /** Policies and configurations that were read again. */
  set policies(set: PolicySet) {
    this.#set = set;
    this.#evaluations.reserved = reservedPrefixes(this.#tools.settings.claimsPrefix, set.policies);
    this.#tools.wake('policies');
  }

  /** The lease with which keys are written; `other`: another process works in this name. */
  set lease(lease: HeldLease | 'other' | undefined) {
    const isNew = lease !== this.#lease;
    this.#lease = lease;
    this.#leaseError = undefined;
    if (isNew) this.#tools.wake('lease');
  }

  leaseUnknown(error: unknown): void {
    this.#leaseError = error;
    if (this.#lease === undefined) this.#tools.wake('lease unknown');
  }

  onEvent(event: EngineEvent): void {
    if (event.type === streamOpened.type) this.#observer.forget();
    else if (!this.#observer.note(event)) return;
    this.#tools.wake(`${event.type} ${event.action}`, event);
  }

  /** One pass. Rejects when engine or directory did not answer; a policy that failed is in the status. */
  async pass(signal: AbortSignal): Promise<AgentPass> {
    const engineError = await this.#observe();
    if (this.#observation === undefined) throw engineError ?? new TypeError('nothing was observed');
    const desired = await this.#ask(this.#observation);
    const againMs = await this.#write(this.#observation, desired, signal);
    if (engineError !== undefined) {
      this.#tools.status.enter('EngineFailed', messageOf(engineError));
      throw engineError;
    }
    const isSettled = againMs === undefined && this.#tools.status.isRunning && this.#isComplete;
    const { listed } = this.#observer;
    return { isSettled, listed, ...soonest([againMs, desired.evaluated.nextAt - this.#tools.clock.now()]) };
  }

  /** Gives all keys to other registrators that have them, and removes the others. */
  async withdraw(signal: AbortSignal): Promise<void> {
    const [observation, lease] = [this.#observation, this.#lease];
    if (observation === undefined || lease === undefined || lease === 'other') return;
    for (let isDone = false; !isDone;)
      isDone = await this.#apply(await this.#plan([], lease, signal), observation, signal);
  }

  /** What a pass would write. Without a directory that answers, all keys are new. */
  async preview(signal: AbortSignal): Promise<Preview> {
    const engineError = await this.#observe();
    if (this.#observation === undefined) throw engineError ?? new TypeError('nothing was observed');
    let desired = await this.#ask(this.#observation);
    while (!desired.evaluated.isComplete) desired = await this.#ask(this.#observation);
    const plan = await this.#previewPlan(desired.keys, signal);
    this.#report(desired, plan?.foreign ?? []);
    const { conflicts, notices } = this.#tools.status.findings;
    const faults = desired.evaluated.faults.map(
      ({ policy, container, message }) => `policy ${policy}, container ${container}: ${message}`,
    );
    return { desired: desired.keys, plan, notices: [...notices, ...conflicts, ...faults] };
  }

  /** Undefined: the directory does not answer. */
  async #previewPlan(keys: readonly DesiredKey[], signal: AbortSignal): Promise<KeysPlan | undefined> {
    try {
      return await this.#plan(keys, undefined, signal);
    } catch (error) {
      if (error instanceof DirectoryError) return undefined;
      throw error;
    }
  }

  /** The error when the engine does not answer. */
  async #observe(): Promise<Error | undefined> {
    const { openEngine, status } = this.#tools;
    try {
      const opened = await openEngine();
      const host = await this.#hostOf(opened);
      this.#observation = { opened, host, containers: await this.#observer.observe(opened.engine) };
      return undefined;
    } catch (error) {
      if (error instanceof Interrupted) throw error;
      status.enter('EngineFailed', messageOf(error));
      return error as Error;
    }
  }

  async #hostOf(opened: OpenEngine): Promise<PolicyHost> {
    if (this.#observation?.opened === opened) return this.#observation.host;
    const { id, hostname } = await opened.engine.facts();
    return { id, name: hostname };
  }

  async #ask({ containers, host }: Observation): Promise<Desired> {
    const set = this.#set;
    const evaluated = await this.#evaluations.evaluate(set.configurations.runs, containers, host);
    const configurations = set.configurations.version;
    const known = this.#desired;
    if (known?.evaluated === evaluated && known.set === set && known.configurations === configurations) return known;
    this.#isComplete = evaluated.isComplete && set.configurations.isComplete;
    this.#desired = { ...mergeKeys(evaluated.requests), evaluated, set, configurations };
    this.#settled = undefined;
    this.#report(this.#desired, []);
    return this.#desired;
  }

  #report({ evaluated, keys, conflicts }: Desired, foreign: readonly string[]): void {
    const { status } = this.#tools;
    status.findings = findingsOf({ set: this.#set, evaluated, keys, conflicts, foreign });
    const errors = this.#set.configurations.errors.map(
      ({ policy, problem: { where, message } }) => `${where ?? policy}: ${message}; it stays as it was`,
    );
    this.#notices.set([...status.findings.notices, ...status.findings.conflicts, ...errors]);
  }

  /** The time until the next attempt, if the directory has changed meanwhile. */
  async #write(observation: Observation, desired: Desired, signal: AbortSignal): Promise<number | undefined> {
    const { status, checkLease } = this.#tools;
    const lease = this.#lease;
    if (lease === 'other') status.enter('StandingBy');
    else if (lease === undefined && this.#leaseError !== undefined)
      status.enter('EtcdFailed', messageOf(this.#leaseError));
    if (lease === undefined || lease === 'other') return undefined;
    return status.during('EtcdFailed', async () => {
      if (this.#isSettled(desired, lease)) status.enter('Running');
      else if (await this.#settle(observation, desired, lease, signal)) status.enter('Running');
      else {
        checkLease();
        return soonMs;
      }
      return undefined;
    });
  }

  #isSettled({ keys }: Desired, lease: HeldLease): boolean {
    const { mirrors } = this.#tools.directory;
    const { keys: known, lease: held, directory } = this.#settled ?? {};
    return mirrors.isCurrent && known === keys && held === lease && directory === mirrors.version;
  }

  async #settle(observation: Observation, desired: Desired, lease: HeldLease, signal: AbortSignal): Promise<boolean> {
    const keys = this.#withUnanswered(desired);
    const plan = await this.#plan(keys, lease, signal);
    const { version } = this.#tools.directory.mirrors;
    this.#report(desired, plan.foreign);
    const isDone = await this.#apply(plan, observation, signal);
    if (isDone && plan.plan.operations.length === 0) this.#settled = { keys, lease, directory: version };
    return isDone;
  }

  async #plan(keys: readonly DesiredKey[], lease: HeldLease | undefined, signal: AbortSignal): Promise<KeysPlan> {
    const { directory, settings, limits, status } = this.#tools;
    const { claimsPrefix, adopt, ttlSeconds } = settings;
    const names = keys.map(({ key }) => key);
    await untilInterrupted(directory.current(status.name, names), signal);
    const claims = directory.claims();
    const claimed = claims.filter(({ registrator }) => registrator === status.name).map(({ key }) => key);
    return planKeys({
      registrator: status.name,
      claimsPrefix,
      ...(lease === undefined ? {} : { lock: lease.lock, ...(ttlSeconds === 0 ? {} : { lease: lease.lease }) }),
      adopts: adopt,
      desired: keys,
      claims,
      observed: directory.observed([...names, ...claimed, ...directory.keysOfLease(lease?.lease)]),
      limits,
    });
  }

  #apply({ plan }: KeysPlan, { opened }: Observation, signal: AbortSignal): Promise<boolean> {
    const { directory, progress } = this.#tools;
    return applyKeys(plan, opened, { keySpace: directory.mirrors, progress, signal });
  }

  /** Shortly after the start, what an earlier process of this name has published stays until all policies answered. */
  #withUnanswered({ keys }: Desired): readonly DesiredKey[] {
    const { directory, status, clock } = this.#tools;
    if (this.#isComplete || clock.now() - this.#started > startMs) return keys;
    const desired = new Set(keys.map(({ key }) => key));
    const claims = directory
      .claims()
      .filter(({ registrator, key }) => registrator === status.name && !desired.has(key));
    return [...keys, ...claims.map(({ key, value }) => ({ key, value, sources: [] }))];
  }

  #newEvaluations(): Evaluations {
    const { clock, settings, wake, onFault } = this.#tools;
    return new Evaluations(
      {
        clock,
        waitMs,
        keepMs: settings.ttlSeconds * 1000,
        onFault,
        onLate: () => {
          wake('policy answered');
        },
      },
      reservedPrefixes(settings.claimsPrefix, this.#set.policies),
    );
  }
}

export interface Preview {
  readonly desired: readonly DesiredKey[];
  /** Absent: the directory does not answer. */
  readonly plan: KeysPlan | undefined;
  /** Why it may be less than one expects. */
  readonly notices: readonly string[];
}

function soonest(times: readonly (number | undefined)[]): Pick<PassResult, 'againMs'> {
  const known = times.filter((time) => time !== undefined).filter((time) => time < Infinity);
  return known.length === 0 ? {} : { againMs: Math.max(soonMs, Math.min(...known)) };
}
