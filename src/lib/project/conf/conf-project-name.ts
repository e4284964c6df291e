import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { readBoundedText } from '../../bounded-file.ts';
import { memberOf } from './conf-node.ts';
import { parseConfText } from './conf-text.ts';

/**
 * The name that run.conf, in the first of these directories that has one, gives the project. Undefined where it gives
 * none, and where it cannot be read; it may be half written.
 */
export function projectNameInConf(
  directories: readonly string[],
): { readonly name: string; readonly where: string } | undefined {
  const path = directories.map((directory) => join(directory, 'run.conf')).find((each) => existsSync(each));
  const text = path === undefined ? undefined : readText(path, directories);
  if (text === undefined || !isObject(text)) return undefined;
  const { root, placeAt } = parseConfText('run.conf', text);
  const member = root?.type === 'object' ? memberOf(root, 'project') : undefined;
  const name: unknown = member?.children?.[1]?.value;
  return member === undefined || typeof name !== 'string' ? undefined : { name, where: placeAt(member.offset) };
}

function readText(path: string, within: readonly string[]): string | undefined {
  try {
    return readBoundedText(path, within);
  } catch {
    // Reported when the file is loaded.
    return undefined;
  }
}

/** By its first character that is not of a comment: most are lists, and need not be parsed for this. */
function isObject(text: string): boolean {
  const space = /(?:\s|#[^\n]*|\/\/[^\n]*|\uFEFF)*/y;
  space.exec(text);
  return text[space.lastIndex] === '{';
}
