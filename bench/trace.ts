import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { execa } from 'execa';
import { launcher } from './tools.ts';

interface Trace {
  readonly boot: number;
  readonly end: number;
  readonly cpuMs: number;
  readonly memoryMiB: number;
  readonly marks: readonly { readonly what: string; readonly start: number; readonly end: number }[];
}

/** Runs dockerops with these arguments and prints what it did when, in milliseconds from the start of the process. */
async function trace(words: readonly string[]): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), 'dockerops-trace-'));
  try {
    const file = join(folder, 'trace.json');
    const hook = resolve(import.meta.dirname, 'trace-hook.cjs');
    const { exitCode = 1 } = await execa(launcher, words, {
      env: { DOCKEROPS_TRACE: file, NODE_OPTIONS: `--require "${hook}"` },
      stdio: ['inherit', 'ignore', 'inherit'],
      reject: false,
    });
    console.log(timeline(JSON.parse(await readFile(file, 'utf8')) as Trace));
    return exitCode;
  } finally {
    await rm(folder, { recursive: true });
  }
}

function timeline({ boot, end, cpuMs, memoryMiB, marks }: Trace): string {
  const lines = [{ what: 'Node starts', start: 0, end: boot }, ...marks.toSorted((a, b) => a.start - b.start)];
  return [
    ...lines.map((line) => `${column(line.start)} to ${column(line.end)} ms  ${line.what}`),
    `${column(end)} ms altogether, ${cpuMs.toFixed(0)} ms of processor time, ${memoryMiB.toFixed(0)} MiB at most`,
  ].join('\n');
}

function column(time: number): string {
  return time.toFixed(1).padStart(8);
}

process.exitCode = await trace(process.argv.slice(2));
