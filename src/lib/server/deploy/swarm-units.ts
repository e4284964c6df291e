import { definedOnly } from '../../defined.ts';
import type { SwarmServiceRow } from '../../engine/engine.ts';
import { label } from '../../labels.ts';
import type { ObservedNode, ObservedTask } from '../../model/observed-state.ts';
import { hasEnded, hasLeft, unitName, type Unit } from './unit.ts';
import { versionIn, type LabelledVersion } from './version-labels.ts';

export interface SwarmUnits {
  /** One for each replica: the task that runs or will run, else the last one. */
  readonly units: readonly Unit[];
  /** Tasks that ended by themselves, also where others have replaced them; latest first. */
  readonly ended: readonly Unit[];
}

/** Services of versions, from all that a server has made on its Swarm. */
export function versionServices(
  rows: readonly SwarmServiceRow[],
): readonly (SwarmServiceRow & { readonly of: LabelledVersion })[] {
  return rows.flatMap((row) => {
    const of = versionIn(row.labels);
    return of === undefined ? [] : [{ ...row, of }];
  });
}

/** The units of services, from their tasks; `steady` are the ids of those that have run for long enough. */
export function swarmUnits(
  rows: readonly SwarmServiceRow[],
  tasks: readonly ObservedTask[],
  steady: ReadonlySet<string>,
): SwarmUnits {
  const byService = Map.groupBy(tasks, ({ serviceId }) => serviceId);
  const all = versionServices(rows).flatMap(({ id, of, labels }) =>
    (byService.get(id) ?? []).map((task) => ({ task, unit: taskUnit(task, { of, labels }, steady) })),
  );
  const units = [...Map.groupBy(all, ({ unit }) => unit.name).values()].flatMap((group) => group.sort(byUse)[0] ?? []);
  return {
    units: units.map(({ unit }) => unit),
    ended: all
      .map(({ unit }) => unit)
      .filter(hasEnded)
      .sort((a, b) => b.since - a.since),
  };
}

/** Services that were removed, and whose tasks have not all stopped yet. A node that is away tells no end. */
export function leavingServices(
  rows: readonly SwarmServiceRow[],
  tasks: readonly ObservedTask[],
  nodes: readonly ObservedNode[],
): readonly string[] {
  const known = new Set(rows.map(({ id }) => id));
  const away = new Set(nodes.filter(({ state }) => state !== 'ready').map(({ id }) => id));
  const left = tasks.filter((task) => !known.has(task.serviceId) && !hasLeft(task) && !away.has(task.nodeId ?? ''));
  return [...new Set(left.map(({ serviceId }) => serviceId))];
}

/** A task in the words of units. */
export function taskUnit(
  task: ObservedTask,
  { of, labels }: { readonly of: LabelledVersion; readonly labels: SwarmServiceRow['labels'] },
  steady: ReadonlySet<string>,
): Unit {
  const { id, slot = 1, state, nodeId, address, containerId, since, error, message, exitCode, lacksImage } = task;
  const own = { ...of, instance: slot };
  return {
    ...own,
    name: unitName(own),
    id,
    state,
    isReady: state === 'running' && task.desired === 'running' && steady.has(id),
    since: Date.parse(since),
    hash: labels[label.specHash] ?? '',
    ...definedOnly({ nodeId, address, containerId, exitCode, lacksImage }),
    ...definedOnly({ error: error ?? (hasEnded({ state }) ? message : undefined) }),
  };
}

type Taken = { readonly task: ObservedTask; readonly unit: Unit };

/** What is to run comes first, then what has come last. */
function byUse(a: Taken, b: Taken): number {
  return rank(b.task) - rank(a.task) || b.unit.since - a.unit.since;
}

function rank({ desired }: ObservedTask): number {
  if (desired === 'running') return 2;
  return desired === 'ready' ? 1 : 0;
}
