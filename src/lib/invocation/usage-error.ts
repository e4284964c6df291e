import { UserError, type Problem } from '../errors.ts';
import { findNearest } from '../nearest.ts';

/** What oclif's parser throws, as far as we look at it; told apart by its shape, since a bundle may hold two copies of a class. */
interface ParseError extends Error {
  readonly oclif: { readonly exit?: number };
  readonly code?: string;
  readonly flags?: readonly string[];
  readonly args?: readonly unknown[];
  readonly parse?: { readonly input?: { readonly flags?: Readonly<Record<string, unknown>> } };
}

export function isParseError(error: unknown): error is ParseError {
  return error instanceof Error && 'oclif' in error && (error as ParseError).code !== 'EEXIT';
}

/** A complaint of oclif's parser in our words: each wrong option with the nearest right one. */
export function usageErrorOf(error: ParseError): UserError {
  const problems = problemsOf(error);
  return new UserError(problems.length > 0 ? 'wrong usage' : plainMessage(error.message), {
    code: 'WRONG_USAGE',
    problems,
    suggestions: ['add --help to see what the command takes'],
    cause: error.cause,
  });
}

function problemsOf(error: ParseError): readonly Problem[] {
  if (error.flags !== undefined) return error.flags.map((flag) => unknownOption(flag, Object.keys(error.parse?.input?.flags ?? {})));
  if (error.message.startsWith('Unexpected argument')) return (error.args ?? []).map((word) => unexpectedWord(String(word)));
  if (error.message.startsWith('Missing ')) return (error.args ?? []).map(missingArgument);
  return badValue(error.message);
}

function missingArgument(argument: unknown): Problem {
  const { name = '', description } = argument as { readonly name?: string; readonly description?: string };
  return { where: name, message: 'is missing', ...(description === undefined ? {} : { suggestion: `it is the ${description}` }) };
}

/** `Expected --timeout=soon to be one of: …`, `Parsing --timeout \n\tExpected an integer but received: soon`. */
function badValue(message: string): readonly Problem[] {
  const [, option, value, choices] = /^Expected (--[\w-]+)=(.*) to be one of: (.*)$/m.exec(message) ?? [];
  if (option !== undefined && value !== undefined && choices !== undefined) {
    const nearest = findNearest(value, choices.split(', '));
    return [{ where: option, message: `cannot be "${value}"; it is one of ${choices}`, ...(nearest === undefined ? {} : { suggestion: `did you mean ${nearest}?` }) }];
  }
  const [, name, text] = /^Parsing (--[\w-]+) \n\tExpected an integer but received: (.*)$/m.exec(message) ?? [];
  return name === undefined || text === undefined ? [] : [{ where: name, message: `is "${text}", which is not a whole number` }];
}

function unknownOption(flag: string, known: readonly string[]): Problem {
  const name = flag.replace(/^--?(no-)?/, '').replace(/=.*$/, '');
  const nearest = findNearest(name, known);
  return { where: flag, message: 'is not an option of this command', ...(nearest !== undefined && { suggestion: `did you mean --${nearest}?` }) };
}

function unexpectedWord(word: string): Problem {
  const [, key, value] = /^([a-z][\w-]*)=(.*)$/i.exec(word) ?? [];
  const suggestion = key === undefined ? undefined : `write --${key.replaceAll('_', '-')} ${value}, or join it to the command with a comma and no space`;
  return { where: word, message: 'is one word too many', ...(suggestion !== undefined && { suggestion }) };
}

/** Without what oclif's parser puts around the messages of errors, its own and those of our flags. */
export function plainMessage(message: string): string {
  return message.replace(/^Parsing (--\S+) \n\t/, '$1: ').replace(/\n?See more help with --help$/, '').trim();
}
