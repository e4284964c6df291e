import { spawn } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { containerEvents } from './engine-api.ts';
import type { Command } from './tools.ts';

/** Milliseconds. */
export async function timeOf(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

/**
 * Milliseconds, as the engine has them, from the signal that stops a container to the start of the next one, while
 * nothing but this container is replaced.
 */
export async function gapOf(container: string, work: () => Promise<unknown>): Promise<number> {
  const since = Date.now();
  await work();
  const events = await containerEvents(since);
  const stop = events.find(({ Action, id }) => Action === 'kill' && id === container);
  const start = events.findLast(({ Action, id }) => Action === 'start' && id !== container);
  if (stop === undefined || start === undefined) throw new Error(`${container} was not replaced`);
  return (start.timeNano - stop.timeNano) / 1e6;
}

/**
 * Peak memory of a command in MiB: the sum of the peaks of all processes that it starts. Read from /proc while it runs,
 * as rusage leaves out grandchildren; not used while times are measured, as reading takes time.
 */
export async function peakMemoryOf(
  command: Command,
  directory: string,
  environment: Readonly<Record<string, string>>,
): Promise<number> {
  const child = spawn(command.file, command.arguments, { cwd: directory, env: { ...environment }, stdio: 'ignore' });
  const peaks = new Map<number, number>();
  const look = setInterval(() => {
    for (const pid of tree(child.pid ?? 0)) peaks.set(pid, Math.max(peaks.get(pid) ?? 0, highWaterMark(pid)));
  }, 1);
  const code = await new Promise((resolve, reject) => child.on('error', reject).on('exit', resolve)).finally(() =>
    clearInterval(look),
  );
  if (code !== 0) throw new Error(`${command.file} ${command.arguments.join(' ')}: exit code ${String(code)}`);
  return [...peaks.values()].reduce((sum, kib) => sum + kib, 0) / 1024;
}

/** The process and its descendants, found by their parent ids; pids below that of the process are skipped. */
function tree(root: number): number[] {
  const found = new Set([root]);
  const later = readdirSync('/proc')
    .map(Number)
    .filter((pid) => pid > root)
    .sort((a, b) => a - b);
  for (const pid of later) if (found.has(parentOf(pid))) found.add(pid);
  return [...found];
}

function parentOf(pid: number): number {
  return Number(/^PPid:\s+(\d+)/m.exec(readStatus(pid))?.[1] ?? 0);
}

function highWaterMark(pid: number): number {
  return Number(/^VmHWM:\s+(\d+) kB/m.exec(readStatus(pid))?.[1] ?? 0);
}

/** Empty for a process that has ended. */
function readStatus(pid: number): string {
  try {
    return readFileSync(`/proc/${String(pid)}/status`, 'utf8');
  } catch {
    return '';
  }
}
