import { existsSync } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import { osIds } from '../../build/base-images/os-table.ts';
import type { MissingVariable } from '../../project/resolve/findings.ts';
import type { ResolvedInstance } from '../../project/resolve/instance.ts';
import { unresolved } from '../../project/resolve/unresolved.ts';
import { loadProject } from '../../project/load-project.ts';
import { compareSpecs, type ComparedField } from '../../plan/spec/compare-specs.ts';
import { findPlace, type ProjectInvocation } from '../invocation.ts';
import { resolveWithoutEngine } from '../validate-project.ts';

export interface ConfDiff {
  /** Names of the two confs. */
  readonly from: string;
  readonly to: string;
  readonly instances: readonly InstanceDiff[];
}

export interface InstanceDiff {
  readonly key: string;
  /** Absent: in both. */
  readonly only?: 'from' | 'to';
  readonly fields: readonly ComparedField[];
  /** Variables without a value, by the conf in which they are missing. */
  readonly missing: readonly { readonly name: string; readonly in: 'from' | 'to' }[];
}

/** Resolves two confs with what each has beside it, and compares them instance by instance. Asks no engine. */
export function diffConfs(invocation: ProjectInvocation, from: string, to: string): ConfDiff {
  const { name } = findPlace(invocation);
  const [left, right] = [from, to].map((conf) => resolveConf({ ...invocation, name }, conf));
  if (left === undefined || right === undefined) throw new TypeError('two confs');
  const keys = [...new Set([...left.instances.keys(), ...right.instances.keys()])].sort();
  return {
    from: left.file,
    to: right.file,
    instances: keys.map((key) => compare(key, left.instances.get(key), right.instances.get(key))),
  };
}

/** Whether something differs, be it that a value is missing in one of them only. */
export function isDifferent({ only, fields, missing }: InstanceDiff): boolean {
  return only !== undefined || fields.some(({ secret }) => secret !== 'equal') || isMissingInOne(missing);
}

function isMissingInOne(missing: InstanceDiff['missing']): boolean {
  return [...Map.groupBy(missing, ({ name }) => name).values()].some((each) => each.length === 1);
}

interface ResolvedConf {
  readonly file: string;
  readonly instances: ReadonlyMap<string, ResolvedInstance>;
}

function resolveConf(invocation: ProjectInvocation, conf: string): ResolvedConf {
  const own = { ...invocation, ...placeOf(conf, invocation) };
  const project = loadProject({ place: findPlace(own), osIds, conf: own.conf });
  const resolution = resolveWithoutEngine(project, own);
  if (resolution.problems.length > 0) throw unresolved({ ...resolution, missing: [] });
  return {
    file: project.conf.file,
    instances: new Map(resolution.instances.map((instance) => [instance.spec.key, instance])),
  };
}

/** The path of a conf of another project is taken together with the host.conf there. */
function placeOf(
  conf: string,
  invocation: ProjectInvocation,
): Pick<ProjectInvocation, 'projectDirectory'> & { readonly conf: string } {
  const path = resolve(invocation.workingDirectory, conf);
  const isPath = conf.includes('/') && existsSync(path);
  const directory = dirname(path);
  if (!isPath || !existsSync(`${directory}/services`) || directory === findPlace(invocation).directory) return { conf };
  return { projectDirectory: directory, conf: basename(path) };
}

function compare(key: string, from: ResolvedInstance | undefined, to: ResolvedInstance | undefined): InstanceDiff {
  if (from === undefined || to === undefined)
    return { key, only: from === undefined ? 'to' : 'from', fields: [], missing: [] };
  return {
    key,
    fields: compareSpecs(from.spec, to.spec),
    missing: [...missingIn('from', from.missing), ...missingIn('to', to.missing)],
  };
}

function missingIn(side: 'from' | 'to', missing: readonly MissingVariable[]): InstanceDiff['missing'] {
  return [...new Set(missing.map(({ name }) => name))].sort().map((name) => ({ name, in: side }));
}
