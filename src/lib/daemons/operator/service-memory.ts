import type { EngineEvent } from '../../engine/engine.ts';
import { canonicalReference } from '../../image-reference.ts';
import { canonicalJson } from '../../model/canonical-json.ts';
import { specHash } from '../../plan/spec/spec-hash.ts';
import type { InstanceSpec } from '../../model/desired.ts';
import type { Clock } from '../clock.ts';
import { keptNames, type DueLook, type DuePlan } from './plan-due.ts';
import type { ResolvedNode } from './resolve-node.ts';
import { Retries } from './retries.ts';
import type { ScriptCheck } from './script-checks.ts';
import { desiredChecks } from './desired-checks.ts';

/** A pass that came to its end. */
export type Done = DueLook & DuePlan & { readonly failed: ReadonlyMap<string, string> };

const backoff = { firstMs: 1000, maxMs: 60_000 };
/** What gives names and ports back. */
const freeing: ReadonlySet<string> = new Set(['die', 'destroy', 'rename']);

/** What is known of the node's services from earlier passes: what failed and when it is tried again, their scripts, and what they wait for. */
export class ServiceMemory {
  readonly retries: Retries;
  readonly #setChecks: (checks: readonly ScriptCheck[]) => void;
  #checks: readonly ScriptCheck[] = [];
  /** Those of all services, by their one spelling. */
  #images: ReadonlySet<string> = new Set();
  /** Somebody else has what a service needs. */
  #isRefused = false;

  constructor(clock: Clock, setChecks: (checks: readonly ScriptCheck[]) => void) {
    this.retries = new Retries(backoff, clock);
    this.#setChecks = setChecks;
  }

  /** What failed waits for its next attempt, unless it is wanted otherwise now. */
  isDue(resolved: ResolvedNode): (spec: InstanceSpec) => boolean {
    const printOf = fingerprints(resolved);
    return (spec) => this.retries.waiting(spec.key, printOf(spec)) === undefined;
  }

  /** Also of a pass that was stopped by something else: what failed in it is not tried again with the next one. */
  noteFailures(resolved: ResolvedNode, failed: ReadonlyMap<string, string>): void {
    const printOf = fingerprints(resolved);
    for (const spec of resolved.desired.instances) {
      const error = failed.get(spec.key);
      if (error !== undefined) this.retries.failed(spec.key, printOf(spec), error);
    }
  }

  settle(done: Done): void {
    const { resolved, wanted, refused, failed } = done;
    const { instances } = resolved.desired;
    const isDue = this.isDue(resolved);
    for (const spec of instances) if (!failed.has(spec.key) && isDue(spec)) this.retries.succeeded(spec.key);
    this.retries.keepOnly(new Set(instances.map(({ key }) => key)));
    this.#images = new Set(wanted.services.map(({ definition }) => canonicalReference(definition.image)));
    this.#isRefused = refused.size > 0 || failed.size > 0;
    this.#startChecks(done);
  }

  /** While it is another operator's turn. */
  stopChecks(): void {
    this.#keepChecks([]);
  }

  /** Of what others do on the engine: whether it is about an image of a service, or gives back a name or a port that one waits for. */
  isConcernedBy({ type, action, labels }: EngineEvent): boolean {
    if (type === 'image') return action === 'load' || this.#images.has(canonicalReference(labels['name'] ?? ''));
    return type === 'container' && this.#isRefused && freeing.has(action);
  }

  #startChecks(done: Done): void {
    const running = new Map(
      done.view.observed.containers.filter(({ state }) => state === 'running').map(({ name, id }) => [name, id]),
    );
    this.#keepChecks(
      desiredChecks({
        entries: done.resolved.entries,
        running,
        touched: touchedBy(done),
        kept: keptNames(done, done.waiting),
        before: this.#checks,
      }),
    );
  }

  #keepChecks(checks: readonly ScriptCheck[]): void {
    this.#checks = checks;
    this.#setChecks(checks);
  }
}

/** Services that the plan did something to. */
export function touchedBy({ plan }: Pick<DuePlan, 'plan'>): ReadonlySet<string> {
  return new Set(
    plan.operations.flatMap(({ kind, subject }) => (kind === 'lock' || kind === 'unlock' ? [] : [subject])),
  );
}

/** All that is wanted of a service, so that a change of any of it is tried at once: its entry may be what was at fault. */
function fingerprints({ entries }: ResolvedNode): (spec: InstanceSpec) => string {
  const byName = new Map(entries.map((entry) => [entry.name, canonicalJson(entry)]));
  return (spec) => `${specHash(spec)} ${byName.get(spec.key) ?? ''}`;
}
