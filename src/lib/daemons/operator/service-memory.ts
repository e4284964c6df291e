import type { EngineEvent } from '../../engine/engine.ts';
import { canonicalReference } from '../../image-reference.ts';
import { canonicalJson } from '../../model/canonical-json.ts';
import type { InstanceSpec } from '../../model/desired.ts';
import { specHash } from '../../plan/spec/spec-hash.ts';
import type { Clock } from '../clock.ts';
import { Retries } from '../retries.ts';
import type { Applied } from './apply-node.ts';
import { desiredChecks } from './desired-checks.ts';
import { keptNames, type DuePlan, type PlanInput } from './plan-due.ts';
import type { ResolvedNode } from './resolve-node.ts';
import type { ScriptCheck } from './script-checks.ts';

/** A pass whose plan was applied. */
export type AppliedPass = PlanInput &
  DuePlan & {
    readonly failed: ReadonlyMap<string, string>;
    /** Services that are still being changed. */
    readonly busy: ReadonlySet<string>;
  };

/** In place of the fingerprint of a definition: the service has none. */
const leaving = '';
const backoff = { firstMs: 1000, maxMs: 60_000 };
/** Events of containers that release names and ports. */
const releasing: ReadonlySet<string> = new Set(['die', 'destroy', 'rename']);

/** What is remembered of services between passes: failures and their retries, script checks, what they wait for. */
export class ServiceMemory {
  readonly retries: Retries;
  /** Services whose container could not be started; they get a new one. */
  readonly unstarted = new Set<string>();
  readonly #setChecks: (checks: readonly ScriptCheck[]) => void;
  #checks: readonly ScriptCheck[] = [];
  /** Images of all services, as canonical references. */
  #images: ReadonlySet<string> = new Set();
  /** A container of somebody else has a name or a port that a service needs. */
  #isRefused = false;

  constructor(clock: Clock, setChecks: (checks: readonly ScriptCheck[]) => void) {
    this.retries = new Retries(backoff, clock);
    this.#setChecks = setChecks;
  }

  /** What failed waits for its next attempt, unless its definition has changed. */
  isDue(resolved: ResolvedNode): (spec: InstanceSpec) => boolean {
    const fingerprintOf = fingerprints(resolved);
    return (spec) => this.retries.waiting(spec.key, fingerprintOf(spec)) === undefined;
  }

  /** Also after a pass that an outage stopped: what failed in it is not tried again with the next one. */
  noteFailures(resolved: ResolvedNode, { failed, unstarted }: Pick<Applied, 'failed' | 'unstarted'>): void {
    for (const name of unstarted) this.unstarted.add(name);
    const fingerprintOf = fingerprints(resolved);
    for (const spec of resolved.desired.instances) {
      const error = failed.get(spec.key);
      if (error !== undefined) this.retries.failed(spec.key, fingerprintOf(spec), error);
    }
    const desired = new Set(resolved.desired.instances.map(({ key }) => key));
    for (const [name, error] of failed) if (!desired.has(name)) this.retries.failed(name, leaving, error);
  }

  /** Services that are no longer desired, could not be removed, and wait for the next attempt. */
  notRemovable(): ReadonlySet<string> {
    return new Set(this.retries.names().filter((name) => this.retries.waiting(name, leaving) !== undefined));
  }

  passApplied(pass: AppliedPass): void {
    const { resolved, desired, refused, failed, busy, view } = pass;
    const { instances } = resolved.desired;
    const isDue = this.isDue(resolved);
    const isDone = (spec: InstanceSpec): boolean => !failed.has(spec.key) && !busy.has(spec.key) && isDue(spec);
    for (const { key } of instances.filter(isDone)) {
      this.retries.succeeded(key);
      if (!refused.has(key)) this.unstarted.delete(key);
    }
    const names = new Set(instances.map(({ key }) => key));
    this.retries.keepOnly(new Set([...names, ...view.observed.containers.map(({ name }) => name)]));
    for (const name of this.unstarted) if (!names.has(name)) this.unstarted.delete(name);
    this.#images = new Set(desired.services.map(({ definition }) => canonicalReference(definition.image)));
    this.#isRefused = refused.size > 0 || failed.size > 0;
    this.#updateChecks(pass);
  }

  /** While another operator is the leader. */
  stopChecks(): void {
    this.#keepChecks([]);
  }

  /** Whether an event of others is about an image of a service, or may release a name or port that one waits for. */
  isConcernedBy({ type, action, labels }: EngineEvent): boolean {
    if (type === 'image') return action === 'load' || this.#images.has(canonicalReference(labels['name'] ?? ''));
    return type === 'container' && this.#isRefused && releasing.has(action);
  }

  #updateChecks(pass: AppliedPass): void {
    const running = pass.view.observed.containers.filter(({ state }) => state === 'running');
    this.#keepChecks(
      desiredChecks({
        entries: pass.resolved.entries,
        running: new Map(running.map(({ name, id }) => [name, id])),
        touched: new Set([...touchedBy(pass), ...pass.busy]),
        kept: keptNames(pass, pass.waiting),
        before: this.#checks,
      }),
    );
  }

  #keepChecks(checks: readonly ScriptCheck[]): void {
    this.#checks = checks;
    this.#setChecks(checks);
  }
}

/** Services that have operations in the plan. */
export function touchedBy({ plan }: Pick<DuePlan, 'plan'>): ReadonlySet<string> {
  return new Set(
    plan.operations.flatMap(({ kind, subject }) => (kind === 'lock' || kind === 'unlock' ? [] : [subject])),
  );
}

/** Spec and registration of a service in one text: a change of either is tried at once, since it may be the cure. */
function fingerprints({ entries }: ResolvedNode): (spec: InstanceSpec) => string {
  const byName = new Map(entries.map((entry) => [entry.name, canonicalJson(entry)]));
  return (spec) => `${specHash(spec)} ${byName.get(spec.key) ?? ''}`;
}
