import { DirectoryError } from '../../directories/directory-errors.ts';
import type { EngineEvent } from '../../engine/engine.ts';
import { streamOpened } from '../../engine/engine.ts';
import { Interrupted, messageOf } from '../../errors.ts';
import { untilInterrupted } from '../../interrupt.ts';
import type { DesiredKey } from '../../model/published-key.ts';
import { mergeKeys, type MergedKeys } from '../../plan/keys/merge-keys.ts';
import type { PolicyHost } from '../../policies/policy.ts';
import type { OpenEngine } from '../../use-cases/open-engine.ts';
import { Notices } from '../notices.ts';
import type { PassResult } from '../reconcile-loop.ts';
import type { AgentTools, PolicySet } from './agent-tools.ts';
import { ContainerObserver, type InspectedContainer } from './container-observer.ts';
import { EarlierKeys } from './earlier-keys.ts';
import { Evaluations, type Evaluated } from './evaluations.ts';
import { findingsOf, refusedTexts, type FindingsInput } from './findings.ts';
import type { HeldLease } from '../hold-lease.ts';
import { KeyWriter, type PermittedPlan } from './key-writer.ts';
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

/** When another registrator was faster. */
const soonMs = 50;
const waitMs = 250;

/**
 * Reconciles the keys of one registrator. Each pass compares what policies ask for with what the directory has, and
 * applies a plan of the difference. When the engine does not answer, it goes by what that showed last.
 */
export class RegistratorAgent {
  readonly #tools: AgentTools;
  readonly #observer: ContainerObserver;
  readonly #notices: Notices;
  readonly #writer: KeyWriter;
  readonly #earlier = new EarlierKeys();
  #set: PolicySet;
  #evaluations: Evaluations;
  #observation: Observation | undefined;
  #lease: HeldLease | 'other' | undefined;
  #leaseError: unknown;
  #desired: Desired | undefined;
  /** Of the last plan. */
  #found: Pick<FindingsInput, 'foreign' | 'refused'> = { foreign: [], refused: new Map() };
  /** Whether all policies have answered for all containers. */
  #isComplete = false;

  constructor(tools: AgentTools, set: PolicySet) {
    this.#tools = tools;
    this.#set = set;
    this.#observer = new ContainerObserver(tools.settings.drain);
    this.#notices = new Notices(tools.warn);
    this.#writer = new KeyWriter(tools);
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
    const request = { keys: [], lease, signal };
    for (let isDone = false; !isDone;)
      isDone = await this.#writer.apply(await this.#writer.plan(request), observation.opened, request);
  }

  /** What a pass would write. Without a directory that answers, all keys are new. */
  async preview(signal: AbortSignal): Promise<Preview> {
    const engineError = await this.#observe();
    if (this.#observation === undefined) throw engineError ?? new TypeError('nothing was observed');
    let desired = await this.#ask(this.#observation);
    while (!desired.evaluated.isComplete) desired = await this.#ask(this.#observation);
    const plan = await this.#previewPlan(desired.keys, signal);
    if (plan !== undefined) this.#found = plan;
    this.#report(desired);
    const { conflicts, notices } = this.#tools.status.findings;
    const faults = desired.evaluated.faults.map(
      ({ policy, container, message }) => `policy ${policy}, container ${container}: ${message}`,
    );
    const refused = refusedTexts({ keys: desired.keys, refused: this.#found.refused });
    return { desired: desired.keys, plan, notices: [...notices, ...conflicts, ...faults, ...refused] };
  }

  /** Undefined: the directory does not answer. */
  async #previewPlan(keys: readonly DesiredKey[], signal: AbortSignal): Promise<PermittedPlan | undefined> {
    try {
      return await this.#writer.plan({ keys, lease: undefined, signal });
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
    this.#report(this.#desired);
    return this.#desired;
  }

  #report({ evaluated, keys, conflicts }: Desired): void {
    const { status } = this.#tools;
    const desired = new Set(keys.map(({ key }) => key));
    const { refused } = this.#found;
    const foreign = this.#found.foreign.filter((key) => desired.has(key));
    status.findings = findingsOf({ set: this.#set, evaluated, keys, conflicts, foreign, refused });
    const errors = this.#set.configurations.errors.map(
      ({ policy, problem: { where, message } }) => `${where ?? policy}: ${message}; it stays as it was`,
    );
    const { notices, conflicts: all } = status.findings;
    this.#notices.set([...notices, ...all, ...errors, ...refusedTexts({ keys, refused })]);
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
      if (this.#writer.isSettled(desired.keys, lease)) status.enter('Running');
      else if (await this.#settle(observation, desired, lease, signal)) status.enter('Running');
      else {
        checkLease();
        return soonMs;
      }
      return undefined;
    });
  }

  async #settle(observation: Observation, desired: Desired, lease: HeldLease, signal: AbortSignal): Promise<boolean> {
    const { directory, status, clock } = this.#tools;
    const own = await untilInterrupted(directory.currentClaimsOf(status.name), signal);
    const earlier = this.#earlier.among(own, desired.keys, clock.now(), this.#isComplete);
    const keys = earlier.length === 0 ? desired.keys : [...desired.keys, ...earlier];
    const request = { keys, lease, signal };
    const plan = await this.#writer.plan(request);
    this.#found = plan;
    this.#report(desired);
    return this.#writer.apply(plan, observation.opened, request);
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
  readonly plan: PermittedPlan | undefined;
  /** Why it may be less than one expects. */
  readonly notices: readonly string[];
}

function soonest(times: readonly (number | undefined)[]): Pick<PassResult, 'againMs'> {
  const known = times.filter((time) => time !== undefined).filter((time) => time < Infinity);
  return known.length === 0 ? {} : { againMs: Math.max(soonMs, Math.min(...known)) };
}
