import { Args, Flags, type Interfaces } from '@oclif/core';
import type { CommandSwitches } from '../../model/run-request.ts';
import { instanceTypes, type SwitchName, switchNames, switchTable } from '../../switches.ts';

/** Names or `all`, as the first word of most commands. */
export const target = Args.string({ description: 'name of a service, or all' });
export const service = Args.string({ required: true, description: 'name of a service' });
export const instance = Flags.string({ char: 'i', helpValue: 'NAME', description: 'name of the instance' });
export const group = Flags.string({ helpValue: 'NAME', description: 'the instances of this group in run.conf' });
export const newInstance = Flags.boolean({ description: 'one more instance of the service, with a name of its own' });
export const conf = Flags.string({ helpValue: 'NAME', description: 'run conf to use, with or without .conf' });

type Flag<Name extends string> = Name extends `${infer First}_${infer Rest}` ? `${First}-${Flag<Rest>}` : Name;
type SwitchFlag = Flag<SwitchName>;

function flagOf(name: SwitchName): SwitchFlag {
  return name.replaceAll('_', '-') as SwitchFlag;
}

const switchFlags = Object.fromEntries(
  switchNames.map((name) => [flagOf(name), Flags.boolean({ allowNo: true, description: switchTable[name].does })]),
) as Record<SwitchFlag, Interfaces.BooleanFlag<boolean>>;

/** How the instances are to be; they beat run.conf and the instance type. */
export const switches = {
  'instance-type': Flags.string({ options: instanceTypes, description: 'defaults to use' }),
  ...switchFlags,
  'seed-command': Flags.string({ helpValue: 'COMMAND', description: 'what to start instead of supervisord' }),
};

/** The flags, as a command has them, that say which instances are meant and how they are to be. */
export type InstanceFlags = Partial<
  Readonly<
    Record<'instance' | 'group' | 'instance-type' | 'seed-command', string | undefined> &
      Record<SwitchFlag | 'new', boolean | undefined>
  >
>;

/** What the command line sets of a request's switches. */
export function commandSwitches(flags: InstanceFlags): CommandSwitches {
  const { 'instance-type': instanceType, 'seed-command': seedCommand } = flags;
  const set = switchNames.map((name) => [name, flags[flagOf(name)]] as const);
  return {
    ...(instanceType === undefined ? {} : { instanceType }),
    ...Object.fromEntries(set.filter(([, value]) => value !== undefined)),
    ...(seedCommand === undefined ? {} : { seedCommand }),
  };
}
