import { cutAt } from '../../cut-text.ts';
import { UserError, type Problem } from '../../errors.ts';
import { findNearest } from '../../did-you-mean.ts';
import { quoteWords } from '../../shell-words.ts';

/**
 * What oclif's parser throws, as far as it is read here; recognised by its shape, since a bundle may hold two copies of
 * a class.
 */
interface ParseError extends Error {
  readonly oclif: { readonly exit?: number };
  readonly code?: string;
  readonly flags?: readonly string[];
  readonly args?: readonly unknown[];
  readonly parse?: { readonly input?: ParserInput };
}

interface ParserInput {
  readonly argv?: readonly string[];
  readonly context?: { readonly id?: string | undefined };
  readonly flags?: Readonly<Record<string, DescribedFlag>>;
}
interface DescribedFlag {
  readonly description?: string;
  readonly helpValue?: string | readonly string[];
}

export function isParseError(error: unknown): error is ParseError {
  return error instanceof Error && 'oclif' in error && (error as ParseError).code !== 'EEXIT';
}

/** An error of oclif's parser in our words: each wrong option with the nearest valid one. */
export function usageErrorOf(error: ParseError): UserError {
  const problems = problemsOf(error);
  const meant = meantByWords(error);
  return new UserError(problems.length > 0 ? 'wrong usage' : plainMessage(error.message), {
    code: 'WRONG_USAGE',
    problems,
    suggestions: [...(meant === undefined ? [] : [meant]), 'add --help to see the options of the command'],
    cause: error.cause,
  });
}

function problemsOf(error: ParseError): readonly Problem[] {
  if (error.flags !== undefined)
    return error.flags.map((flag) => unknownOption(flag, Object.keys(error.parse?.input?.flags ?? {})));
  if (isUnexpected(error)) return (error.args ?? []).map((word) => unexpectedWord(String(word)));
  if (error.message.startsWith('Missing ')) return (error.args ?? []).map(missingArgument);
  const lacking = [...error.message.matchAll(/Missing required flag ([\w-]+)/g)].map(([, name = '']) =>
    missingOption(name, error.parse?.input?.flags?.[name]),
  );
  return lacking.length > 0 ? lacking : badValue(error.message);
}

function missingArgument(argument: unknown): Problem {
  const { name = '', description } = argument as { readonly name?: string; readonly description?: string };
  return {
    where: name,
    message: 'is missing',
    ...(description === undefined ? {} : { suggestion: `add ${name.toUpperCase()}: ${description}` }),
  };
}

function missingOption(name: string, { description, helpValue = 'VALUE' }: DescribedFlag = {}): Problem {
  return {
    where: `--${name}`,
    message: 'is missing',
    ...(description === undefined ? {} : { suggestion: `add --${name} ${String(helpValue)}: ${description}` }),
  };
}

function isUnexpected(error: ParseError): boolean {
  return error.message.startsWith('Unexpected argument');
}

/** What was probably meant: `exec demo ls` runs a command in an instance, `plan demo one` names an instance. */
function meantByWords(error: ParseError): string | undefined {
  const { argv = [], context, flags = {} } = error.parse?.input ?? {};
  const extra = (error.args ?? []).map(String);
  if (!isUnexpected(error) || context?.id === undefined || extra.some((word) => word.includes('='))) return undefined;
  const end = argv.lastIndexOf(extra[0] ?? '');
  const before = ['dockerops', context.id.replaceAll(':', ' '), quoteWords(argv.slice(0, end))].join(' ');
  if (argv.length !== end + extra.length || argv.slice(0, end).includes('--')) return undefined;
  if ('command' in flags) return `${before} -- ${quoteWords(extra)}`;
  return 'instance' in flags && !argv.some((word) => /^(--instance|-i)/.test(word)) && extra.length === 1
    ? `${before} --instance ${quoteWords(extra)}`
    : undefined;
}

/** `Expected --timeout=soon to be one of: …`, `Parsing --timeout \n\tExpected an integer but received: soon`. */
function badValue(message: string): readonly Problem[] {
  const [, option, value, choices] = /^Expected (?:(--[\w-]+)=)?(.*) to be one of: (.*)$/m.exec(message) ?? [];
  if (value !== undefined && choices !== undefined) {
    const nearest = findNearest(value, choices.split(', '));
    const complaint =
      option === undefined
        ? { where: value, message: `is not one of ${choices}` }
        : { where: option, message: `cannot be "${value}"; use one of ${choices}` };
    return [{ ...complaint, ...(nearest === undefined ? {} : { suggestion: `did you mean ${nearest}?` }) }];
  }
  const [, name, text] = /^Parsing (--[\w-]+) \n\tExpected an integer but received: (.*)$/m.exec(message) ?? [];
  return name === undefined || text === undefined
    ? []
    : [{ where: name, message: `is "${text}", which is not a whole number` }];
}

function unknownOption(flag: string, known: readonly string[]): Problem {
  const name = cutAt(flag.replace(/^--?(no-)?/, ''), '=');
  const nearest = findNearest(name, known);
  return {
    where: flag,
    message: 'is not an option of this command',
    ...(nearest !== undefined && { suggestion: `did you mean --${nearest}?` }),
  };
}

function unexpectedWord(word: string): Problem {
  const [, key, value] = /^([a-z][\w-]*)=(.*)$/i.exec(word) ?? [];
  const suggestion =
    key === undefined
      ? undefined
      : `write --${key.replaceAll('_', '-')} ${value}, or append it to the command after a comma, without a space`;
  return { where: word, message: 'is an unexpected word', ...(suggestion !== undefined && { suggestion }) };
}

function plainMessage(message: string): string {
  return ownMessage(message.replace(/^Parsing (--\S+) \n\t/, '$1: '));
}

/** Removes what oclif's parser adds to the message of an error that a flag of ours has thrown. */
export function ownMessage(message: string): string {
  return message
    .replace(/^Parsing --\S+ \n\t/, '')
    .replace(/\n?See more help with --help$/, '')
    .trim();
}
