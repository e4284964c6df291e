import { existsSync } from 'node:fs';
import { join, posix } from 'node:path';
import { readBoundedFile } from '../../bounded-file.ts';
import { unusableContext } from './context-errors.ts';
import { parseDockerignore, type IgnoreRules } from './dockerignore.ts';

export interface ContextChoice {
  /** Relative to the directory. Always part of the context, even when ignored: the engine reads it from there. */
  readonly dockerfile: string;
}

/** What of a folder belongs to its build context, for paths relative to it: for watching the folder. */
export interface ContextRules {
  holds(path: string): boolean;
  /** False for a directory without anything of the context below it. */
  mayHold(directory: string): boolean;
}

export function contextRules(directory: string, choice: ContextChoice): ContextRules {
  const dockerfile = posix.normalize(choice.dockerfile);
  const rules = loadIgnoreRules(directory, dockerfile, (file) => existsSync(`${directory}/${file}`));
  const always = new Set(controlFiles(dockerfile));
  return {
    holds: (path) => always.has(path) || !rules.ignores(path),
    mayHold: (path) => mayHold(path, rules, dockerfile),
  };
}

/** Files that decide what the context is; the last two are ignore files, the first of which wins. */
export function controlFiles(dockerfile: string): readonly string[] {
  return [dockerfile, `${dockerfile}.dockerignore`, '.dockerignore'];
}

export function loadIgnoreRules(directory: string, dockerfile: string, exists: (file: string) => boolean): IgnoreRules {
  const [, ...candidates] = controlFiles(dockerfile);
  const name = candidates.find(exists);
  if (name === undefined) return parseDockerignore('');
  const path = join(directory, name);
  return parseDockerignore(readIgnoreFile(path), path);
}

function readIgnoreFile(path: string): string {
  try {
    return readBoundedFile(path).toString('utf8');
  } catch (cause) {
    throw unusableContext(path, 'cannot be read', cause);
  }
}

export function mayHold(directory: string, rules: IgnoreRules, dockerfile: string): boolean {
  return rules.hasExceptions || dockerfile.startsWith(`${directory}/`) || !rules.ignores(directory);
}
