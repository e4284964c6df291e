import { UserError } from '../../errors.ts';
import type { CommandShape } from './command-shape.ts';
import { findCommand, isTopic, unknownCommand } from './find-command.ts';
import { behindLeadingOptions } from './leading-options.ts';
import { rewriteWords } from './rewrite-words.ts';
import { findFlag, readSwitch, spellSwitch, switchValues } from './switches.ts';
import { parseWords } from './option-string.ts';
import { endOfFlags } from './program.ts';

/**
 * Turns both dialects of the command line into what oclif parses: the command's id, its positionals, its flags.
 * `run:postgres,instance=master,publish_ports=False` becomes `run postgres --instance=master --no-publish-ports`. Pure;
 * throws a UserError that names every wrong key.
 */
export function rewriteArguments(argv: readonly string[], commands: readonly CommandShape[]): string[] {
  const words = behindLeadingOptions(argv, commands);
  const [first] = words;
  if (first === undefined) return [];
  const found = findCommand(words, commands);
  if (found === undefined) {
    if (words.length === 1 && isTopic(first, commands)) return [first];
    throw unknownCommand(words, commands);
  }
  return [
    found.command.id,
    ...rewriteWords(parseWords(found.text), found.command),
    ...rewriteFlags(found.rest, found.command),
  ];
}

/** In the second dialect only changes what oclif would misread: `--switch=False`, and underscores in names. */
function rewriteFlags(rest: readonly string[], command: CommandShape): readonly string[] {
  const end = endOfFlags(rest);
  const rewritten = rest
    .slice(0, end)
    .flatMap((word, index) => (takesValue(rest[index - 1], command) ? [word] : rewriteFlag(word, command)));
  return [...rewritten, ...rest.slice(end)];
}

function takesValue(word: string | undefined, command: CommandShape): boolean {
  if (word === undefined || !word.startsWith('-')) return false;
  return command.flags.some(
    (flag) =>
      !flag.isSwitch &&
      !flag.isValueOptional &&
      (doubleDash(word, command) === `--${flag.name}` || (flag.char !== undefined && word === `-${flag.char}`)),
  );
}

/** `-node x` becomes `--node x`, as Go programs write it; `-yH` stays two short flags. */
function doubleDash(word: string, command: CommandShape): string {
  const name = /^-([a-z][\w-]+)(?:=.*)?$/is.exec(word)?.[1];
  return name !== undefined && findFlag(command, name) !== undefined ? `-${word}` : word;
}

function rewriteFlag(written: string, command: CommandShape): readonly string[] {
  const word = doubleDash(written, command);
  const [, name, value] = /^--([a-z][\w-]*)(?:=(.*))?$/is.exec(word) ?? [];
  if (name === undefined) return [word];
  const flag = findFlag(command, name);
  const isSwitch = flag?.isSwitch ?? spellSwitch(command, name, true) !== undefined;
  if (flag?.isValueOptional === true) return [`--${flag.name}=${value ?? ''}`];
  if (!isSwitch) return [flag === undefined ? word : `--${flag.name}${value === undefined ? '' : `=${value}`}`];
  const isOn = value === undefined ? true : readSwitch(value);
  if (isOn !== undefined) return spellSwitch(command, name, isOn) ?? [word];
  throw new UserError(`--${name} is a switch and cannot be "${value}"`, {
    code: 'WRONG_USAGE',
    suggestions: [`use one of ${switchValues}`],
  });
}
