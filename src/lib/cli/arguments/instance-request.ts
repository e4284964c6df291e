import { definedOnly } from '../../defined.ts';
import { UserError } from '../../errors.ts';
import type { RunRequest } from '../../model/run-request.ts';
import { commandSwitches, type InstanceFlags } from './instance-flags.ts';

/** Which instances a command is about, and their switches. `command`: its words, for suggestions. */
export function instanceRequest(command: string, target: string | undefined, flags: InstanceFlags): RunRequest {
  const switches = commandSwitches(flags);
  const { group, instance } = flags;
  if (flags.new === true && (target === undefined || target === 'all' || (group ?? instance) !== undefined))
    throw newWithoutService(command);
  if (group !== undefined) {
    if (target !== undefined || instance !== undefined) throw groupAndInstance(command, group);
    return { target: 'group', group, switches };
  }
  if (target === undefined || target === 'all') {
    if (instance !== undefined) throw instanceWithoutService(command, instance);
    return { target: 'all', switches };
  }
  return {
    target: 'service',
    service: target,
    switches,
    ...definedOnly({ instance, newInstance: flags.new === true ? 'always' : undefined } as const),
  };
}

function newWithoutService(command: string): UserError {
  return new UserError('--new makes one more instance of a service, with a name of its own', {
    code: 'USAGE',
    suggestions: [`dockerops ${command}:SERVICE,new`],
  });
}

function groupAndInstance(command: string, group: string): UserError {
  return new UserError('--group cannot be combined with a service or instance', {
    code: 'USAGE',
    suggestions: [`dockerops ${command}:group=${group}`],
  });
}

function instanceWithoutService(command: string, instance: string): UserError {
  return new UserError(`--instance ${instance} needs a service`, {
    code: 'USAGE',
    suggestions: [`dockerops ${command}:SERVICE,instance=${instance}`],
  });
}
