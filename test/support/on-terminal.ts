import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { launcher } from './cli.ts';

export interface Typing {
  /** The text is typed when this has been shown. */
  readonly after: RegExp;
  readonly text: string;
}

export interface TerminalResult {
  readonly code: number | null;
  readonly shown: string;
}

/** Runs dockerops on a terminal of its own, by script(1), and types the given texts one by one. */
export async function onTerminal(
  words: readonly string[],
  cwd: string,
  environment: Readonly<Record<string, string>> = {},
  typed: readonly Typing[] = [],
): Promise<TerminalResult> {
  const line = [launcher, ...words].map((word) => `'${word}'`).join(' ');
  const env = { ...process.env, TERM: 'xterm', NO_COLOR: '', CI: '', ...environment };
  const child = spawn('script', ['--quiet', '--return', '--flush', '--command', line, '/dev/null'], { cwd, env });
  const waiting = [...typed];
  let shown = '';
  let since = 0;
  child.stdout.on('data', (chunk: Buffer) => {
    shown += chunk.toString();
    const [next] = waiting;
    if (next === undefined || !next.after.test(shown.slice(since))) return;
    since = shown.length;
    waiting.shift();
    child.stdin.write(next.text);
  });
  const limit = setTimeout(() => child.kill('SIGKILL'), 60_000);
  const [code] = (await once(child, 'close')) as [number | null];
  clearTimeout(limit);
  return { code, shown };
}
