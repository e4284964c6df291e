import fc from 'fast-check';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DockeropsError } from '../../src/lib/errors.ts';
import type { Target } from './targets.ts';

/** Processor time for one text, in ms: others may keep the processor from us. */
const limitMs = 1000;

/** Parses a text. Throws for an error that is not meant for users, and for a text that takes more than a second. */
export async function parseOnce({ name, parse }: Target, text: string): Promise<void> {
  const before = process.cpuUsage();
  try {
    const result = parse(text);
    if (result instanceof Promise) await result;
  } catch (error) {
    if (!(error instanceof DockeropsError)) throw error;
  }
  const { user, system } = process.cpuUsage(before);
  const ms = (user + system) / 1000;
  if (ms > limitMs) throw new Error(`${name}: ${text.length} characters took ${Math.round(ms)} ms`);
}

/**
 * Parses so many texts, and resolves with how many it were in the time; a seed repeats them. The error of a text that
 * fails shows the smallest one that does.
 */
export async function fuzz(
  target: Target,
  runs: number,
  options: { readonly seed?: number; readonly limitMs?: number },
): Promise<number> {
  const { seed, limitMs: interruptAfterTimeLimit } = options;
  let parsed = 0;
  const each = async (text: string): Promise<void> => {
    parsed += 1;
    await parseOnce(target, text);
  };
  await fc.assert(fc.asyncProperty(target.texts, each), {
    numRuns: runs,
    ...(seed === undefined ? {} : { seed }),
    ...(interruptAfterTimeLimit === undefined ? {} : { interruptAfterTimeLimit }),
  });
  return parsed;
}

/** Texts that failed once: the files of the folder that is called like the target. */
export function corpusOf({ name }: Target): readonly { readonly file: string; readonly text: string }[] {
  const folder = join(import.meta.dirname, 'corpus', name);
  if (!existsSync(folder)) return [];
  return readdirSync(folder).map((file) => ({ file, text: readFileSync(join(folder, file), 'utf8') }));
}
