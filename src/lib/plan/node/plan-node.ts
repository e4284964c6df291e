import type { HostFacts } from '../../model/host-facts.ts';
import type { Desired, ImageSpec, InstanceSpec, Owner } from '../../model/desired.ts';
import type { ObservedService, ServiceEntry } from '../../model/service-entry.ts';
import type { ObservedContainer, ObservedState } from '../../model/observed-state.ts';
import { instanceDifferences } from '../spec/differences.ts';
import type { Operation } from '../operation.ts';
import type { Plan, Verdict } from '../plan.ts';
import { anonymousVolumes, tellKept } from '../instance/own-volumes.ts';
import { isSameOwner, ownContainers } from '../ownership.ts';
import { planImagesOnly } from '../images/plan-images.ts';
import { planEntries } from './registrations.ts';
import { processesOf } from '../instance/ports.ts';
import { planRun } from '../plan-run.ts';
import { PlanBuilder } from '../builder.ts';
import { noteRemoval, removeContainer } from '../remove.ts';

/** What a node is to be. Its instances have their container's name as their key. */
export interface DesiredNode {
  readonly desired: Desired;
  /** Wanted entries of the directory. */
  readonly entries: readonly ServiceEntry[];
  /** All entries that the directory has; absent while it does not answer: then none is touched. */
  readonly registered?: readonly ObservedService[];
  /** Services of which nothing is known for certain: what runs of them stays, also where `desired` is complete. */
  readonly keep: ReadonlySet<string>;
}

export interface NodePlan {
  readonly plan: Plan;
  /** By service: why it is left as it is. Unlike with a project, one that cannot be is no reason to leave the others. */
  readonly refused: ReadonlyMap<string, string>;
}

/**
 * The plan of a node: what is wanted runs and is registered, what is not wanted any more goes. The planner of `run` decides on every
 * container; this adds what only a node has: nobody to ask, so that no service waits for another one, and entries in a directory.
 */
export function planNode(node: DesiredNode, observed: ObservedState, facts: HostFacts): NodePlan {
  const { owner } = node.desired;
  const own = ownContainers(owner, observed);
  const wanted = new Set([...node.desired.instances.map(({ container }) => container), ...node.keep]);
  const leaving = node.desired.complete
    ? [...own.values()].filter((container) => !wanted.has(container.name)).sort((a, b) => (a.name < b.name ? -1 : 1))
    : [];
  const { run, refused } = planWanted(node.desired, without(observed, leaving), {
    ...facts,
    portHolders: processesOf(facts, observed.containers),
  });
  const builder = new PlanBuilder(owner);
  builder.verdicts.push(...run.verdicts.filter(({ verdict }) => verdict !== 'orphan'));
  builder.warnings.push(...run.warnings);
  for (const operation of unlocked(run.operations)) builder.add(operation);
  for (const container of leaving) removeLeaving(container, observed, builder);
  if (node.registered !== undefined)
    planEntries(
      {
        entries: node.entries,
        registered: node.registered,
        keep: node.keep,
        node: owner.name,
        containers: own,
        refused,
      },
      builder,
    );
  const operations = afterPorts(builder.operations, [...own.values()]);
  builder.operations.splice(0, builder.operations.length, ...operations);
  return { plan: builder.finish(), refused };
}

/** What cannot be is taken out, until the rest can: at most once for each service. */
function planWanted(
  desired: Desired,
  observed: ObservedState,
  facts: HostFacts,
): { readonly run: Plan; readonly refused: Map<string, string> } {
  const refused = new Map<string, string>();
  const resting = new Map(
    desired.instances.flatMap((spec) => {
      const container = restingOf(spec, desired.owner, observed);
      return container === undefined ? [] : [[spec.key, container] as const];
    }),
  );
  let instances = desired.instances.filter(({ key }) => !resting.has(key));
  for (;;) {
    const run = planRun({ ...desired, instances, complete: false }, observed, facts, {
      replace: 'changed',
      build: 'missing',
      wait: false,
      timeoutSeconds: 0,
    });
    const blocked = new Set(run.blockers.map(({ subject }) => subject));
    for (const { subject, message } of run.blockers) refused.set(subject, message);
    const left = instances.filter(({ key }) => !blocked.has(key));
    if (left.length === instances.length)
      return { run: { ...run, verdicts: [...run.verdicts, ...[...resting].map(restingVerdict)] }, refused };
    instances = left;
  }
}

/** What ended as its restart policy says stays as it is, and so does what somebody has paused: nobody does that by mistake. */
function restingOf(spec: InstanceSpec, owner: Owner, { containers }: ObservedState): ObservedContainer | undefined {
  const container = containers.find(({ name }) => name === spec.container);
  if (
    container?.ownership === undefined ||
    !isSameOwner(container.ownership.owner, owner) ||
    instanceDifferences(container, spec).length > 0
  )
    return undefined;
  return container.state === 'paused' || hasEnded(spec, container) ? container : undefined;
}

function hasEnded({ runtime: { restart } }: InstanceSpec, { state, exitCode }: ObservedContainer): boolean {
  return (
    state === 'exited' &&
    (restart === 'no' || restart === 'unless-stopped' || (restart === 'on-failure' && exitCode === 0))
  );
}

function restingVerdict([key, { name, state, exitCode }]: readonly [string, ObservedContainer]): Verdict {
  const reason =
    state === 'paused'
      ? 'it is paused'
      : `ended with exit code ${String(exitCode ?? 'unknown')}, which its restart policy takes for its end`;
  return { key, container: name, verdict: 'keep', reason, differences: [] };
}

function without(observed: ObservedState, leaving: readonly ObservedContainer[]): ObservedState {
  return { ...observed, containers: observed.containers.filter((container) => !leaving.includes(container)) };
}

/** A finished plan has the lock around it; the one that this becomes a part of gets its own. */
function unlocked(operations: readonly Operation[]): readonly Operation[] {
  return operations
    .filter(({ kind }) => kind !== 'lock' && kind !== 'unlock')
    .map((operation) => ({ ...operation, needs: operation.needs.filter((id) => id !== 'lock') }));
}

/** Images alone, so that a long transfer keeps no container waiting that does not need it. */
export function planPulls(owner: Owner, images: readonly ImageSpec[], observed: ObservedState): Plan {
  const plan = planImagesOnly(owner, images, observed, { cache: true, only: 'missing' });
  return { ...plan, verdicts: plan.verdicts.filter(({ verdict }) => verdict !== 'keep') };
}

function removeLeaving(container: ObservedContainer, observed: ObservedState, builder: PlanBuilder): void {
  const cause = 'nothing asks for it any more';
  noteRemoval(container.name, container, cause, builder);
  removeContainer(container, { cause }, builder);
  tellKept(container.name, anonymousVolumes(container, observed), builder);
}

/** Who takes over a port of the host starts when the one that has it now is gone. */
function afterPorts(operations: readonly Operation[], own: readonly ObservedContainer[]): readonly Operation[] {
  const going = new Set(
    operations.flatMap((operation) => (operation.kind === 'remove-container' ? [operation.expected.name] : [])),
  );
  const holders = own
    .filter(({ name }) => going.has(name))
    .flatMap(({ name, ports }) =>
      ports.flatMap(({ host, protocol }) =>
        host === undefined ? [] : [{ name, port: `${String(host)}/${protocol}` }],
      ),
    );
  const specs = new Map(
    operations.flatMap((operation) =>
      operation.kind === 'create-container' ? [[operation.spec.container, operation.spec] as const] : [],
    ),
  );
  return operations.map((operation) => {
    if (operation.kind !== 'start-container') return operation;
    const wanted = new Set(
      specs.get(operation.container)?.ports.map(({ host, protocol }) => `${String(host)}/${protocol}`),
    );
    const before = holders
      .filter(({ name, port }) => name !== operation.container && wanted.has(port))
      .map(({ name }) => `remove ${name}`);
    return before.length === 0 ? operation : { ...operation, needs: [...new Set([...operation.needs, ...before])] };
  });
}
