import { cutAt } from '../../cut-text.ts';
import { UserError } from '../../errors.ts';
import { findNearest } from '../../did-you-mean.ts';
import { quoteWords } from '../../shell-words.ts';
import type { CommandShape, FlagShape } from './command-shape.ts';
import { findCommand, type FoundCommand } from './find-command.ts';
import { endOfFlags } from './program.ts';

/** Options before a command, and the words after them. */
interface Leading {
  readonly options: readonly string[];
  readonly words: readonly string[];
}

/**
 * `-H tcp://x ps` becomes `ps -H tcp://x`, as Docker's command line accepts it. Any other option must follow its
 * command.
 */
export function behindLeadingOptions(argv: readonly string[], commands: readonly CommandShape[]): readonly string[] {
  const { options, words } = splitLeading(argv, sharedFlags(commands));
  const [first] = words;
  if (first === undefined) {
    if (options.length > 0) throw withoutCommand(options, commands);
    return argv;
  }
  const joined = options.length === 0 ? words : insertFlags(words, options);
  if (['--version', '-v'].includes(first)) return ['version', ...joined.slice(1)];
  if (first.startsWith('-')) throw misplaced(joined, commands);
  return joined;
}

function sharedFlags([first, ...others]: readonly CommandShape[]): readonly FlagShape[] {
  return (
    first?.flags.filter((flag) => others.every((command) => command.flags.some(({ name }) => name === flag.name))) ?? []
  );
}

function splitLeading(argv: readonly string[], shared: readonly FlagShape[]): Leading {
  let start = 0;
  for (let flag = named(argv[start], shared); flag !== undefined; flag = named(argv[start], shared)) {
    start += wordsOf(flag, argv[start]);
  }
  return { options: argv.slice(0, start), words: argv.slice(start) };
}

function named(word: string | undefined, flags: readonly FlagShape[]): FlagShape | undefined {
  if (word === undefined || !word.startsWith('-')) return undefined;
  const name = nameOf(word);
  return flags.find(
    (flag) =>
      [flag.name, ...flag.aliases].some((each) => name === `--${each}`) || name === `-${flag.char ?? flag.name}`,
  );
}

/** `--log_level=debug` is `--log-level`. */
function nameOf(word: string): string {
  return cutAt(word, '=').replaceAll('_', '-');
}

function wordsOf(flag: FlagShape | undefined, word: string | undefined): 1 | 2 {
  return flag === undefined || flag.isSwitch || word?.includes('=') === true ? 1 : 2;
}

function insertFlags(words: readonly string[], flags: readonly string[]): readonly string[] {
  const end = endOfFlags(words);
  return [...words.slice(0, end), ...flags, ...words.slice(end)];
}

function withoutCommand(options: readonly string[], commands: readonly CommandShape[]): UserError {
  const flags = sharedFlags(commands);
  const last = options.at(-1) ?? '';
  const before = options.at(-2);
  const lacking = named(last, flags)?.isSwitch === false && !last.includes('=') ? last : before;
  const lacksValue =
    lacking === last || (findCommand([last], commands) !== undefined && named(before, flags)?.isSwitch === false);
  if (lacksValue && lacking !== undefined)
    return wrongUsage(`${lacking} needs a value`, [`dockerops COMMAND ${lacking} VALUE`, listed]);
  return wrongUsage('options without a command', [listed]);
}

const listed = '"dockerops help" lists all commands';

function misplaced(words: readonly string[], commands: readonly CommandShape[]): UserError {
  const [option = ''] = words;
  const written = nameOf(option);
  const meant = commandBehind(words, commands);
  const command = meant?.found.command;
  if (meant !== undefined && named(option, command?.flags ?? []) !== undefined)
    return wrongUsage(`${written} must come after the command`, [afterIt(insertFlags(meant.words, meant.options))]);
  const known = [...sharedFlags(commands), ...(command?.flags ?? [])].map(({ name }) => name);
  const nearest = findNearest(written.replace(/^--?(no-)?/, ''), known);
  const isOfCommand = nearest !== undefined && !sharedFlags(commands).some(({ name }) => name === nearest);
  return wrongUsage(`${written} is not an option of dockerops`, [
    ...(nearest === undefined ? [] : [`did you mean --${nearest}?`]),
    ...(isOfCommand && meant !== undefined
      ? [afterIt(insertFlags(meant.words, [`--${nearest}`, ...meant.options.slice(1)]))]
      : []),
    ...(nearest === undefined ? [listed] : []),
  ]);
}

function afterIt(words: readonly string[]): string {
  return `options of a command follow it: dockerops ${quoteWords(words)}`;
}

/** The first command after any options; the value of an option is not taken for a command. */
function commandBehind(
  words: readonly string[],
  commands: readonly CommandShape[],
): (Leading & { readonly found: FoundCommand }) | undefined {
  const flags = commands.flatMap((command) => command.flags);
  for (
    let start = wordsOf(named(words[0], flags), words[0]);
    start < words.length && words[start] !== '--';
    start += 1
  ) {
    const found = findCommand(words.slice(start), commands);
    if (found !== undefined) return { found, options: words.slice(0, start), words: words.slice(start) };
  }
  return undefined;
}

function wrongUsage(message: string, suggestions: readonly string[]): UserError {
  return new UserError(message, { code: 'WRONG_USAGE', suggestions });
}
