import { UserError } from '../../errors.ts';
import { endOfFlags } from './program.ts';

/** What oclif parses, and the words after `--` as typed: oclif would reorder them. */
export function splitAtDashes(argv: readonly string[]): {
  readonly parsed: string[];
  readonly words: readonly string[];
} {
  const end = endOfFlags(argv);
  return { parsed: argv.slice(0, end), words: argv.slice(end + 1) };
}

/** The command to run in a container: that of --command for sh, or the words after `--`. `usage`: how to give one. */
export function containerCommand(
  option: string | undefined,
  words: readonly string[],
  usage: string,
): readonly string[] {
  if (option !== undefined) return ['sh', '-c', option];
  if (words.length > 0) return words;
  throw new UserError('no command given', { code: 'USAGE', suggestions: [usage] });
}
