import { posix } from 'node:path';
import type { RunConfEntry } from '../run-conf-entry.ts';
import { type Complaint, type Finding, isRecord, listOf, textsOf } from './finding.ts';

/** What the kernel refuses when the container starts. */
export function kernelFindings(entry: RunConfEntry): readonly Finding[] {
  return [...lengthFindings(entry), ...endedTexts(entry.values, ''), ...procFindings(entry)];
}

/** For the kernel a text ends at a byte of zero. Values of a wrong type are looked through as well. */
function endedTexts(value: unknown, path: string): readonly Finding[] {
  if (typeof value === 'string')
    return value.includes('\0')
      ? [[path, { message: 'the value has a character \\u0000, which no text can have' }]]
      : [];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, member]) => endedTexts(member, path === '' ? key : `${path}.${key}`));
}

/** The engine mounts nothing there, so that nothing can stand in for what the kernel says. */
function procFindings({ values: { volumes, tmpfs } }: RunConfEntry): readonly Finding[] {
  const placesOf = (key: string, value: unknown, targetOf: (text: string) => string): readonly Finding[] =>
    (typeof value === 'string' ? [value] : listOf(value)).flatMap((text, index) => {
      const target = targetOf(text);
      const isProc = target.startsWith('/') && /^\/proc(?:\/|$)/.test(posix.normalize(target));
      const where = typeof value === 'string' ? key : `${key}.${String(index)}`;
      return isProc ? [[where, { message: `${target} is of the kernel: nothing can be mounted there` }] as const] : [];
    });
  return [
    ...placesOf('volumes', volumes, (text) => text.split(':')[1] ?? text),
    ...placesOf('tmpfs', tmpfs, (text) => text.split(':')[0] ?? ''),
  ];
}

/** The kernel takes no longer argument or variable, with its name and the byte at its end: execve(2). */
const longestText = 131_072;
/** Of a path, and of each name in it: path_resolution(7). */
const longestPath = 4095;
const longestName = 255;

function lengthFindings({ values }: RunConfEntry): readonly Finding[] {
  const { env_vars: variables, seed_command: command, volumes } = values;
  const words = typeof command === 'string' ? [command] : listOf(command);
  return [
    ...(isRecord(variables) ? textsOf(variables) : []).flatMap(([name, value]): readonly Finding[] =>
      isTooLong(`${name}=${value}`) ? [[`env_vars.${name}`, tooLong(`the variable ${name}`)]] : [],
    ),
    ...words.flatMap((word): readonly Finding[] =>
      isTooLong(word) ? [['seed_command', tooLong('a word of the command')]] : [],
    ),
    ...listOf(volumes).flatMap((text, index): readonly Finding[] =>
      text.split(':').some(isLongPath)
        ? [[`volumes.${String(index)}`, { message: 'a path or name in it is longer than the kernel takes' }]]
        : [],
    ),
  ];
}

function isTooLong(text: string): boolean {
  return Buffer.byteLength(text) >= longestText;
}

function isLongPath(path: string): boolean {
  return Buffer.byteLength(path) > longestPath || path.split('/').some((name) => Buffer.byteLength(name) > longestName);
}

function tooLong(what: string): Complaint {
  return {
    message: `${what} has more than ${String(longestText - 1)} bytes, which no program can be started with`,
    suggestion: 'put it into a file: "secrets" or "volumes"',
  };
}
