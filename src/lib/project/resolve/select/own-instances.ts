import type { ObservedState } from '../../../model/observed-state.ts';
import type { RunConfEntry } from '../../conf/run-conf-entry.ts';

/** An instance of the project that exists, by the labels of its container. */
export interface OwnInstance {
  readonly service: string;
  readonly instance: string;
  readonly unnamed: boolean;
  readonly state: string;
  readonly created: number;
}

export function ownInstances(project: string, { containers }: ObservedState): readonly OwnInstance[] {
  return containers.flatMap(({ ownership, state, created }) => {
    if (ownership?.owner.kind !== 'project' || ownership.owner.name !== project) return [];
    return [{ service: ownership.service, instance: ownership.instance, unnamed: ownership.unnamed, state, created }];
  });
}

/** Oldest first. */
export function byAge(a: OwnInstance, b: OwnInstance): number {
  return a.created - b.created || (a.instance < b.instance ? -1 : 1);
}

/** Whether an instance is the one that an entry describes. */
export function isOfEntry({ values: { service, instance } }: RunConfEntry, own: OwnInstance): boolean {
  return own.service === service && (typeof instance === 'string' ? own.instance === instance : own.unnamed);
}

/** The entry of exactly this instance, else the one without an instance name. */
export function entryFor(instance: string, entries: readonly RunConfEntry[]): RunConfEntry | undefined {
  return entries.find(({ values }) => values.instance === instance) ?? entries.find(isUnnamed);
}

export function isUnnamed(entry: RunConfEntry | undefined): boolean {
  return entry !== undefined && typeof entry.values.instance !== 'string';
}
