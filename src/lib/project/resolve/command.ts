import type { Problem } from '../../errors.ts';
import type { ImageFacts } from './image-facts.ts';
import type { Origin } from '../../model/desired.ts';
import { placeIn, type RunConfEntry } from '../conf/run-conf-entry.ts';
import { splitWords } from '../../shell-words.ts';

export interface CommandInput {
  readonly entry: RunConfEntry | undefined;
  /** `seed_command` of the command line. */
  readonly asked: string | undefined;
  readonly interactive: boolean;
  readonly image: ImageFacts;
}

export interface ResolvedCommand {
  readonly entrypoint?: readonly string[];
  /** Absent: the image's own. */
  readonly command?: readonly string[];
  readonly origin?: Origin;
  readonly problems: readonly Problem[];
}

/** What runs in the container: seed_command, for interactive ones a shell, else what the image says. */
export function resolveCommand({ entry, asked, interactive, image }: CommandInput): ResolvedCommand {
  const written = entry?.values.seed_command;
  if (asked !== undefined) return fromText(asked, { source: 'command line', where: '--seed-command' });
  if (entry !== undefined && written !== undefined) {
    const origin: Origin = { source: 'run.conf', where: placeIn(entry, 'seed_command') };
    return typeof written === 'string' ? fromText(written, origin) : { command: written, origin, problems: [] };
  }
  if (!interactive) return { problems: [] };
  // The base's entrypoint prepares the instance and then runs its command.
  return image.base === undefined
    ? { entrypoint: ['/bin/sh'], command: [], problems: [] }
    : { command: ['/bin/bash'], problems: [] };
}

function fromText(text: string, origin: Origin): ResolvedCommand {
  const command = splitWords(text);
  if (command !== undefined && command.length > 0) return { command, origin, problems: [] };
  const message =
    command === undefined ? `seed_command has a quote that is not closed: ${text}` : 'seed_command is empty';
  return {
    problems: [
      {
        where: origin.where ?? origin.source,
        message,
        suggestion: "write a command with its arguments, or leave it out for the image's own",
      },
    ],
  };
}
