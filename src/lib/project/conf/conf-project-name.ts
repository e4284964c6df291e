import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Node } from 'jsonc-parser';
import { readBoundedText } from '../../bounded-file.ts';
import { blankComments } from './comments.ts';
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
  const { root, isWhole, placeAt } = parseConfText('run.conf', text);
  const found = isWhole ? nameInTree(root) : nameInBroken(blankComments(text));
  return found === undefined ? undefined : { name: found.name, where: placeAt(found.offset) };
}

interface FoundName {
  readonly name: string;
  readonly offset: number;
}

function nameInTree(root: Node | undefined): FoundName | undefined {
  const member = root?.type === 'object' ? memberOf(root, 'project') : undefined;
  const name: unknown = member?.children?.[1]?.value;
  return member === undefined || typeof name !== 'string' ? undefined : { name, offset: member.offset };
}

/** Behind a syntax error a tree has too little or too much, so brackets tell what is no key of an entry. */
function nameInBroken(text: string): FoundName | undefined {
  let open = '';
  for (const { 0: token, index, groups } of text.matchAll(tokens)) {
    if (token === '{' || token === '[') open += token;
    // Of brackets that do not match, the inner one was not closed.
    else if (token === '}' || token === ']') open = open.slice(0, Math.max(1, open.lastIndexOf(opening[token])));
    else if (groups?.['name'] !== undefined && (open === '{' || open === '{['))
      return { name: groups['name'], offset: index };
  }
  return undefined;
}

const opening = { '}': '{', ']': '[' };
/** Brackets, strings, and the member with the name. */
const tokens = /[[\]{}]|"project"\s*:\s*"(?<name>[^"\\\n]*)"|"[^"\\\n]*(?:\\.[^"\\\n]*)*"?/g;

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
  return blankComments(text).trimStart().startsWith('{');
}
