import { label } from '../../labels.ts';
import type { Owner } from '../../model/desired.ts';
import type { ObservedContainer, ObservedState } from '../../model/observed-state.ts';
import { isCompleted } from '../../model/completed.ts';
import { PlanBuilder } from '../builder.ts';
import { hasProcesses } from '../has-processes.ts';
import { targetsOf } from '../instance/references.ts';
import type { Operation } from '../operation.ts';
import { ownContainers } from '../ownership.ts';
import type { Plan } from '../plan.ts';
import { expectedOf } from '../remove.ts';
import type { RecoveredOne } from './recovered-one.ts';
import { renamedByHand } from './renamed-by-hand.ts';
import { newName, oldName, replacedName } from './replacement-names.ts';

/** What undoes interrupted replacements, and the engine as it is then. */
export interface Recovery {
  readonly observed: ObservedState;
  /** In their order, with the name of the container that each is about. */
  readonly operations: readonly (readonly [container: string, operation: Operation])[];
}

/** The containers of one instance, by their names. */
interface Places {
  readonly container: string;
  readonly current: ObservedContainer | undefined;
  readonly next: ObservedContainer | undefined;
  readonly former: ObservedContainer | undefined;
}

/** The replacements that this command has just failed at. */
export interface FailedReplacements {
  /** Names of their containers. */
  readonly failed: ReadonlySet<string>;
  /** Keys of those whose stop has failed. */
  readonly stopping: ReadonlySet<string>;
}

/**
 * Brings back each instance whose replacement, or removal, was interrupted while it did not run. A new container that
 * runs stays, unless its replacement has just failed. Without `just` an earlier command was killed, and the engine may
 * still be at a stop that it had asked for, as after a stop that has just failed: what runs is stopped and started, so
 * that it runs in the end. What somebody renamed gets its name back.
 */
export function recover(owner: Owner, observed: ObservedState, just?: FailedReplacements): Recovery {
  const own = [...ownContainers(owner, observed).values()];
  const names = new Set(own.flatMap((container) => replacedName(container) ?? []));
  const recovered = [...names].map((name) => {
    const places = placesOf(name, observed);
    return { name, ...(isOwn(places, own) ? recoverOne(places, just) : unchanged) };
  });
  const renamed = renamedByHand(owner, own, observed).map((found) => ({ name: found.result.name, ...found }));
  return recovery([...recovered, ...renamed], observed);
}

function recovery(recovered: readonly (RecoveredOne & { readonly name: string })[], observed: ObservedState): Recovery {
  const removed = new Set(recovered.flatMap(({ removed: gone }) => gone));
  const changed = new Map(recovered.flatMap(({ result }) => (result === undefined ? [] : [[result.id, result]])));
  const containers = observed.containers
    .filter((container) => !removed.has(container))
    .map((container) => changed.get(container.id) ?? container);
  return {
    observed: removed.size + changed.size === 0 ? observed : { ...observed, containers },
    operations: recovered.flatMap(({ name, operations }) => operations.map((operation) => [name, operation] as const)),
  };
}

/** A plan of nothing else: after a replacement that failed. */
export function planRecovery(owner: Owner, observed: ObservedState, just: FailedReplacements): Plan {
  const builder = new PlanBuilder(owner);
  for (const [, operation] of recover(owner, observed, just).operations) builder.add(operation);
  return builder.finish();
}

/**
 * Adds what recovers to a plan that was made for the recovered state: before all that is done with these instances, and
 * before the containers that need them are created.
 */
export function addRecovery({ operations }: Recovery, builder: PlanBuilder): void {
  const lastOfInstance = new Map(operations.map(([, { subject, id }]) => [subject, id]));
  const lastOfContainer = new Map(operations.map(([container, { id }]) => [container, id]));
  for (const operation of [...builder.operations]) {
    const targets = operation.kind === 'create-container' ? [...targetsOf(operation.spec)] : [];
    const last = [lastOfInstance.get(operation.subject), ...targets.map((name) => lastOfContainer.get(name))];
    builder.addNeeds(
      operation.id,
      last.filter((id) => id !== undefined),
    );
  }
  for (const [, operation] of operations) builder.add(operation);
}

const unchanged: RecoveredOne = { operations: [], removed: [] };

function placesOf(container: string, { containers }: ObservedState): Places {
  const find = (name: string): ObservedContainer | undefined => containers.find((each) => each.name === name);
  return { container, current: find(container), next: find(newName(container)), former: find(oldName(container)) };
}

/** With a name in use by somebody else nothing is done; the plan then says who has it. */
function isOwn({ current, next, former }: Places, own: readonly ObservedContainer[]): boolean {
  return [current, next, former].every((each) => each === undefined || own.includes(each));
}

function recoverOne(places: Places, just: FailedReplacements | undefined): RecoveredOne {
  const { container, current, next, former } = places;
  const hasFailed = just?.failed.has(container) === true;
  if (former !== undefined && (current === undefined || hasFailed || isOver(current))) return goBack(places, former);
  if (next === undefined) return unchanged;
  const steps = new Steps(next, just === undefined || just.stopping.has(next.ownership?.key ?? ''));
  if (current !== undefined && current.state !== 'created') steps.resume(current, current.name);
  steps.discard(next);
  return { ...steps.done, removed: [next] };
}

/** A new container that does not run, while the one that it replaces is still there. */
function isOver(container: ObservedContainer): boolean {
  return container.labels[label.replaces] !== undefined && !hasProcesses(container) && !isCompleted(container);
}

function goBack({ container, current, next }: Places, former: ObservedContainer): RecoveredOne {
  const steps = new Steps(former, true);
  if (current !== undefined) {
    if (next !== undefined) steps.discard(next);
    steps.moveAside(current, newName(container));
  }
  // Under its own name only when it runs: stopped under it, it would be one that its user has stopped.
  steps.resume(former, former.name);
  steps.rename(former, container);
  const discarded = current ?? next;
  if (discarded !== undefined) steps.discard(discarded);
  return { ...steps.done, removed: [current, next].filter((each) => each !== undefined) };
}

/** Operations one after the other, on the containers of one instance. */
class Steps {
  readonly #key: string;
  readonly #mayBeStopping: boolean;
  readonly #operations: Operation[] = [];
  #result: ObservedContainer | undefined;

  constructor({ name, ownership }: ObservedContainer, mayBeStopping: boolean) {
    this.#mayBeStopping = mayBeStopping;
    this.#key = ownership?.key ?? name;
  }

  get done(): { readonly operations: readonly Operation[]; readonly result?: ObservedContainer } {
    return { operations: this.#operations, ...(this.#result === undefined ? {} : { result: this.#result }) };
  }

  rename(container: ObservedContainer, name: string): void {
    this.#add(`restore name of ${this.#key}`, { kind: 'rename-container', container: container.name, name });
    this.#result = { ...(this.#result ?? container), name };
  }

  moveAside(container: ObservedContainer, name: string): void {
    if (hasProcesses(container)) this.#stop(container);
    this.#add(`set back ${this.#key}`, { kind: 'rename-container', container: container.name, name });
  }

  /** Runs again as it was made. */
  resume(container: ObservedContainer, name: string): void {
    const restart = container.ownership?.spec.runtime?.restart ?? 'no';
    const staysUp = hasProcesses(container) && !this.#mayBeStopping;
    if (hasProcesses(container) && !staysUp) this.#stop(container);
    this.#add(`restore restart policy of ${this.#key}`, { kind: 'set-restart-policy', container: name, restart });
    if (!staysUp) this.#add(`restart ${this.#key}`, { kind: 'start-container', container: name });
    this.#result = { ...container, name, state: staysUp ? container.state : 'running' };
  }

  discard(container: ObservedContainer): void {
    if (hasProcesses(container) && container.name.endsWith('.new')) this.#stop(container);
    this.#add(`discard ${container.id.slice(0, 12)}`, {
      kind: 'remove-container',
      expected: expectedOf(container),
      ...(container.state === 'created' ? { withVolumes: true } : {}),
    });
  }

  #stop(container: ObservedContainer): void {
    this.#add(`stop ${container.id.slice(0, 12)}`, {
      kind: 'stop-container',
      expected: expectedOf(container),
      limitSeconds: undefined,
    });
  }

  #add(id: string, work: Work): void {
    const previous = this.#operations.at(-1)?.id;
    const needs = previous === undefined ? [] : [previous];
    const cause = 'its replacement was not finished';
    this.#operations.push({ id, subject: this.#key, cause, needs, ...work });
  }
}

type Work = Operation extends infer O
  ? O extends Operation
    ? Omit<O, 'id' | 'subject' | 'cause' | 'needs'>
    : never
  : never;
