import type { Origin } from '../../../model/desired.ts';
import { splitWords } from '../../../shell-words.ts';
import { placeIn } from '../../conf/run-conf-entry.ts';
import type { InstanceContext } from '../context.ts';
import type { Findings } from '../findings.ts';

export interface ResolvedCommand extends Pick<Findings, 'problems'> {
  readonly entrypoint?: readonly string[];
  /** Absent: the image's own. */
  readonly command?: readonly string[];
  readonly origin?: Origin;
}

/** What runs in the container: seed_command, else a shell when it is interactive, else what the image says. */
export function resolveCommand({ entry, request, switches, image }: InstanceContext): ResolvedCommand {
  const asked = request.switches.seedCommand;
  if (asked !== undefined) return fromText(asked, { source: 'command line', where: '--seed-command' });
  const written = entry?.values.seed_command;
  if (entry !== undefined && written !== undefined) {
    const origin: Origin = { source: 'run.conf', where: placeIn(entry, 'seed_command') };
    return typeof written === 'string' ? fromText(written, origin) : { command: written, origin, problems: [] };
  }
  if (!switches.switches.interactive.value) return { problems: [] };
  // The base image's entrypoint prepares the instance and then runs its command.
  return image.base === undefined
    ? { entrypoint: ['/bin/sh'], command: [], problems: [] }
    : { command: ['/bin/bash'], problems: [] };
}

function fromText(text: string, origin: Origin): ResolvedCommand {
  const command = splitWords(text);
  if (command !== undefined && command.length > 0) return { command, origin, problems: [] };
  const problem = {
    where: origin.where ?? origin.source,
    message: command === undefined ? `seed_command has an unclosed quote: ${text}` : 'seed_command is empty',
    suggestion: 'write a command with its arguments, or remove it to use that of the image',
  };
  return { problems: [problem] };
}
