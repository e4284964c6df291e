import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, openSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { cacheDirectory } from '../../src/lib/cache-directory.ts';

/**
 * A program of the tests: from the cache, where its script puts it on Debian, else from PATH. Undefined, with the
 * reason printed: skip.
 */
export function findProgram(inCache: string, inPath: string, script: string): string | undefined {
  const cache = cacheDirectory({ environment: process.env, homeDirectory: homedir() });
  const candidates = [
    ...(cache === undefined ? [] : [join(cache, inCache)]),
    ...(process.env['PATH'] ?? '').split(delimiter).map((path) => join(path, inPath)),
  ];
  const found = candidates.find((path) => existsSync(path));
  const advice = `node scripts/${script} fetches it on Debian`;
  if (found === undefined && process.env['DOCKEROPS_REQUIRE_ENGINE'] === '1')
    throw new Error(`these tests need ${inCache}: ${advice}`);
  if (found === undefined) console.log(`    skipped: no ${inCache} here (${advice})`);
  return found;
}

/** A server as a child process that dies with the tests, with its output in a file. */
export class ProgramProcess {
  readonly #program: string;
  readonly #words: readonly string[];
  readonly #log: string;
  #child: ChildProcess | undefined;

  constructor(program: string, words: readonly string[], log: string) {
    this.#program = program;
    this.#words = words;
    this.#log = log;
  }

  get isRunning(): boolean {
    return this.#child !== undefined;
  }

  start(): void {
    const output = openSync(this.#log, 'a');
    const child = spawn(this.#program, this.#words, { stdio: ['ignore', output, output] });
    const stop = (): void => {
      child.kill('SIGKILL');
    };
    process.once('exit', stop);
    child.once('exit', () => process.off('exit', stop));
    this.#child = child;
  }

  /** Throws when it has ended by itself; `problem` is what it does not do yet. */
  assertRunning(problem?: string): void {
    const text = (): string => readFileSync(this.#log, 'utf8').slice(-4000);
    if (this.#child !== undefined && this.#child.exitCode !== null) throw new Error(`it ended: ${text()}`);
    if (problem !== undefined) throw new Error(`${problem}: ${text()}`);
  }

  signal(signal: NodeJS.Signals): void {
    this.#child?.kill(signal);
  }

  /** kill -9 */
  async kill(): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
  }
}

export async function freePorts(count: number): Promise<readonly number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'));
  await Promise.all(servers.map((server) => once(server, 'listening')));
  const ports = servers.map((server) => (server.address() as { readonly port: number }).port);
  await Promise.all(
    servers.map(
      (server) =>
        new Promise((resolve) => {
          server.close(resolve);
        }),
    ),
  );
  return ports;
}
