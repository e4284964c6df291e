import type { Problem } from '../../errors.ts';
import { findNearest } from '../../did-you-mean.ts';
import type { Origin } from '../../model/desired.ts';
import {
  forEachSwitch,
  type InstanceType,
  instanceTypes,
  isInstanceType,
  type SwitchName,
  switchTable,
} from '../../switches.ts';
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

/**
 * Each switch comes from the command line, else from run.conf, else from the instance type. The type comes from the
 * command line, else from run.conf, else from the instance's name if that is a type, else it is `standard`.
 */
export function resolveSwitches(
  instance: string,
  entry: RunConfEntry | undefined,
  command: CommandSwitches,
): ResolvedSwitches {
  const { type, problems } = resolveType(instance, entry, command.instanceType);
  return { type, problems, switches: forEachSwitch((name) => chooseSwitch(name, type.value, entry, command)) };
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
  const nearest = findNearest(asked, instanceTypes);
  return {
    where: '--instance-type',
    message: `"${asked}" is not an instance type; the types are ${instanceTypes.join(', ')}`,
    ...(nearest !== undefined && { suggestion: `did you mean ${nearest}?` }),
  };
}

function chooseSwitch(
  name: SwitchName,
  type: InstanceType,
  entry: RunConfEntry | undefined,
  command: CommandSwitches,
): Chosen<boolean> {
  const asked = command[name];
  if (asked !== undefined)
    return {
      value: asked,
      origin: { source: 'command line', where: `--${asked ? '' : 'no-'}${name.replaceAll('_', '-')}` },
    };
  const written = entry?.values[name];
  if (entry !== undefined && written !== undefined)
    return { value: written, origin: { source: 'run.conf', where: placeIn(entry, name) } };
  return { value: switchTable[name].on.includes(type), origin: { source: 'instance type', where: type } };
}
