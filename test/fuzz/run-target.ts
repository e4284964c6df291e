import fc from 'fast-check';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DockeropsError } from '../../src/lib/errors.ts';
import type { Target } from './targets.ts';

/** Processor time for one text, in ms: others may keep the processor from us. */
const limitMs = 1000;

/** Parses a text. Throws for an error that is not meant for users, and for a text that takes more than a second. */
export function parseOnce({ name, parse }: Target, text: string): void {
  const before = process.cpuUsage();
  try {
    parse(text);
  } catch (error) {
    if (!(error instanceof DockeropsError)) throw error;
  }
  const { user, system } = process.cpuUsage(before);
  const ms = (user + system) / 1000;
  if (ms > limitMs) throw new Error(`${name}: ${text.length} characters took ${Math.round(ms)} ms`);
}

/** Parses so many texts; a seed repeats them. The error of a text that fails shows the smallest one that does. */
export function fuzz(
  target: Target,
  runs: number,
  options: { readonly seed?: number; readonly limitMs?: number },
): void {
  const { seed, limitMs: interruptAfterTimeLimit } = options;
  fc.assert(
    fc.property(target.texts, (text) => {
      parseOnce(target, text);
    }),
    {
      numRuns: runs,
      ...(seed === undefined ? {} : { seed }),
      ...(interruptAfterTimeLimit === undefined ? {} : { interruptAfterTimeLimit }),
    },
  );
}

/** Texts that failed once: the files of the folder that is called like the target. */
export function corpusOf({ name }: Target): readonly { readonly file: string; readonly text: string }[] {
  const folder = join(import.meta.dirname, 'corpus', name);
  if (!existsSync(folder)) return [];
  return readdirSync(folder).map((file) => ({ file, text: readFileSync(join(folder, file), 'utf8') }));
}
