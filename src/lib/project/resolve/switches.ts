import type { Problem } from '../../errors.ts';
import { findNearest } from '../../did-you-mean.ts';
import type { InstanceType, Origin } from '../../model/desired.ts';
import { instanceTypeNames, instanceTypes, isInstanceType, type SwitchName, switchNames } from './instance-types.ts';
import { placeIn, type RunConfEntry } from '../conf/run-conf-entry.ts';
import type { CommandSwitches } from '../../model/run-request.ts';

export interface Chosen<T> {
  readonly value: T;
  readonly origin: Origin;
}

export interface ResolvedSwitches {
  readonly type: Chosen<InstanceType>;
  readonly switches: Readonly<Record<SwitchName, Chosen<boolean>>>;
  readonly problems: readonly Problem[];
}

const commandNames: Readonly<Record<SwitchName, Exclude<keyof CommandSwitches, 'instanceType' | 'seedCommand'>>> = {
  linked: 'linked',
  publish_ports: 'publishPorts',
  persistent_data: 'persistentData',
  persistent_opt: 'persistentOpt',
  persistent_log: 'persistentLog',
  persistent_home: 'persistentHome',
  persistent_shared: 'persistentShared',
  interactive: 'interactive',
  safemode: 'safemode',
};

/** Command line over run.conf over the type's row. The type: command line, run.conf, the instance's name if it is a type's, standard. */
export function resolveSwitches(
  instance: string,
  entry: RunConfEntry | undefined,
  command: CommandSwitches,
): ResolvedSwitches {
  const { type, problems } = resolveType(instance, entry, command.instanceType);
  const choose = (name: SwitchName): Chosen<boolean> => chooseSwitch(name, type.value, entry, command);
  return {
    type,
    problems,
    switches: Object.fromEntries(switchNames.map((name) => [name, choose(name)])) as ResolvedSwitches['switches'],
  };
}

function resolveType(
  instance: string,
  entry: RunConfEntry | undefined,
  asked: string | undefined,
): { readonly type: Chosen<InstanceType>; readonly problems: readonly Problem[] } {
  const problems = asked === undefined || isInstanceType(asked) ? [] : [unknownType(asked)];
  if (asked !== undefined && isInstanceType(asked))
    return { type: { value: asked, origin: { source: 'command line', where: '--instance-type' } }, problems };
  const written = entry?.values.instance_type;
  if (entry !== undefined && written !== undefined)
    return {
      type: { value: written, origin: { source: 'run.conf', where: placeIn(entry, 'instance_type') } },
      problems,
    };
  if (isInstanceType(instance))
    return {
      type: { value: instance, origin: { source: 'default', where: `the instance is called ${instance}` } },
      problems,
    };
  return { type: { value: 'standard', origin: { source: 'default' } }, problems };
}

function unknownType(asked: string): Problem {
  const nearest = findNearest(asked, instanceTypeNames);
  return {
    where: '--instance-type',
    message: `"${asked}" is not an instance type; they are ${instanceTypeNames.join(', ')}`,
    ...(nearest !== undefined && { suggestion: `did you mean ${nearest}?` }),
  };
}

function chooseSwitch(
  name: SwitchName,
  type: InstanceType,
  entry: RunConfEntry | undefined,
  command: CommandSwitches,
): Chosen<boolean> {
  const asked = command[commandNames[name]];
  if (asked !== undefined)
    return {
      value: asked,
      origin: { source: 'command line', where: `--${asked ? '' : 'no-'}${name.replaceAll('_', '-')}` },
    };
  const written = entry?.values[name];
  if (entry !== undefined && written !== undefined)
    return { value: written, origin: { source: 'run.conf', where: placeIn(entry, name) } };
  return { value: instanceTypes[type][name], origin: { source: 'instance type', where: type } };
}
