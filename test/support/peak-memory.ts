import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { launcher } from './cli.ts';
import type { Playground } from './playground.ts';

const pollMs = 50;

/** Runs dockerops and discards its output, which nobody reads for the first second; the most memory that it used. */
export async function peakMegabytes(
  playground: Playground,
  words: readonly string[],
): Promise<{ readonly code: number | null; readonly peak: number; readonly stderr: string }> {
  const child = spawn(launcher, words, {
    cwd: playground.directory,
    env: { ...process.env, NO_COLOR: '1', ...playground.environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stderr = '';
  let peak = 0;
  child.stderr.on('data', (chunk: Buffer) => (stderr = (stderr + chunk.toString()).slice(-2000)));
  setTimeout(() => child.stdout.resume(), 1000);
  const closed = once(child, 'close').then(() => true);
  for (let isOver = false; !isOver; isOver = await Promise.race([closed, delay(pollMs, false)])) {
    // Gone with the process.
    const status = await readFile(`/proc/${String(child.pid)}/status`, 'utf8').catch(() => '');
    peak = Math.max(peak, Number(/^VmHWM:\s+(\d+) kB/m.exec(status)?.[1] ?? 0) / 1024);
  }
  return { code: child.exitCode, peak: Math.round(peak), stderr };
}
