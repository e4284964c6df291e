import type { RunConf } from '../../project/conf/run-conf-entry.ts';
import { runCommands } from '../../project/resolve/select/run-commands.ts';
import { UserError } from '../../errors.ts';
import { label } from '../../labels.ts';
import { followInstanceLogs } from '../../observe/follow-logs.ts';
import { readInstanceLogs, type LogQuery } from '../../observe/instance-logs.ts';
import type { InstanceLine } from '../../observe/merge-logs.ts';
import { parseOwnership } from '../../observe/ownership.ts';
import type { Ownership } from '../../model/observed-state.ts';
import { isSameOwner } from '../../plan/ownership.ts';
import { isMeant, isPattern } from '../../model/wildcard.ts';
import { unknownService } from '../../project/services.ts';
import { listInstances } from './find-instance.ts';
import type { ObservedProject } from '../open-project.ts';

export interface LogsRequest {
  /** A service, or `all`. */
  readonly target: string;
  readonly instance?: string;
  readonly query: LogQuery;
  readonly follow: boolean;
  readonly signal: AbortSignal;
  readonly notice: (text: string) => void;
}

export interface OpenLogs {
  /** Instances that exist now. */
  readonly keys: readonly string[];
  readonly lines: AsyncGenerator<InstanceLine>;
}

/**
 * The logs of instances, merged by time. With `follow` also new lines, through restarts, replacements and new
 * instances, until the signal; without it, no instance is an error.
 */
export async function openLogs(opened: ObservedProject, request: LogsRequest): Promise<OpenLogs> {
  const { engine, owner, project } = opened;
  const { target, instance, query, signal, follow } = request;
  const all = await listInstances(engine, owner, false);
  const matching = all.flatMap(({ id, ownership }) =>
    ownership !== undefined && matches(ownership, target, instance) ? [{ id, key: ownership.key }] : [],
  );
  if (matching.length === 0 && target !== 'all' && !project.services.has(target) && !isPattern({ service: target }))
    throw unknownService(target, project.services, project.place.servicesDirectory);
  if (matching.length === 0 && !follow) throw nothingToRead(target, instance, project.conf);
  const lines = follow ? followLogs(opened, request) : readInstanceLogs(engine, matching, query, signal);
  return { keys: matching.map(({ key }) => key), lines };
}

function followLogs(
  { engine, owner }: ObservedProject,
  { target, instance, query, signal, notice }: LogsRequest,
): AsyncGenerator<InstanceLine> {
  return followInstanceLogs(engine, {
    query,
    signal,
    notice,
    labels: { [label.project]: owner.name, [label.kind]: 'instance' },
    keyOf: (labels) => {
      const ownership = parseOwnership(labels);
      return ownership !== undefined && isSameOwner(ownership.owner, owner) && matches(ownership, target, instance)
        ? ownership.key
        : undefined;
    },
  });
}

function matches(ownership: Ownership, target: string, instance: string | undefined): boolean {
  return isMeant({ service: target === 'all' ? '*' : target, instance }, ownership);
}

function nothingToRead(target: string, instance: string | undefined, conf: RunConf): UserError {
  const what =
    target === 'all'
      ? 'instance of this project'
      : instance === undefined
        ? `instance of ${target}`
        : `instance ${instance} of ${target}`;
  return new UserError(`there is no ${what}`, {
    code: 'NO_INSTANCE',
    suggestions: [
      'dockerops ps:all',
      ...(target === 'all' ? ['dockerops run:all'] : runCommands(target, instance, conf)),
    ],
  });
}
