import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { launcher } from '../support/cli.ts';
import { seededRandom } from '../support/random.ts';
import type { ChaosProject } from './chaos-project.ts';

interface Command {
  readonly words: readonly string[];
  /** What may come next, besides `run:all`; absent: the same again. */
  readonly again?: readonly string[];
  /** Its user stops instances, which `run` leaves alone. */
  readonly stops?: true;
  /** The files of the project change before. */
  readonly changes?: true;
  /** What leads to the state in which it has something to do. */
  readonly from?: readonly string[];
}

const commands: readonly Command[] = [
  { words: ['run:all'], from: ['clean:all,force'] },
  { words: ['run:all', '--build', '--replace'], changes: true },
  { words: ['run:all', '--replace'], changes: true },
  { words: ['rerun:web,instance=one'] },
  { words: ['rerun:db'] },
  { words: ['clean:all,force'] },
  { words: ['clean:web,instance=two'] },
  { words: ['stop:all'], stops: true },
  { words: ['start:all'], from: ['stop:all'], stops: true },
  { words: ['build:all'], changes: true },
  { words: ['backup:db', '--output', 'x.tar'], again: ['backup:db', '--output', 'x.tar.gz'] },
  { words: ['backup:db', '--stop', '--output', 'x.tar.gz'], again: ['backup:db', '--output', 'x.tar'] },
  { words: ['restore:db', '--file', 'good.tar', '--yes'] },
];

export interface Round {
  readonly seed: number;
  readonly command: string;
  readonly next: string;
  readonly killedAfterMs: number;
  /** It ended before it was killed. */
  readonly ended: boolean;
  readonly lost: readonly string[];
}

/** How long each command takes when nothing kills it, by its words. */
const usualMs = new Map<Command, number>();

/**
 * One command is killed at a random moment; then another one has to work, and `run:all` has to bring everything back.
 * Begins and ends with a project that runs.
 */
export async function chaosRound(project: ChaosProject, seed: number): Promise<Round> {
  const random = seededRandom(seed);
  const command = commands[Math.floor(random() * commands.length)]!;
  const part = random();
  const restart = command.stops === true ? ['start:all'] : ['run:all'];
  const next = random() < 0.5 ? restart : (command.again ?? command.words);
  await prepare(project, command, seed);
  const limitMs = part * (usualMs.get(command) ?? (await measure(project, command, seed, restart))) * 1.1;
  const ended = await killed(project, command.words, limitMs);
  const lost = await check(project, [next, restart, ['run:all']]);
  return { seed, command: command.words.join(' '), next: next.join(' '), killedAfterMs: limitMs, ended, lost };
}

async function prepare(project: ChaosProject, { changes, from }: Command, seed: number): Promise<void> {
  await project.removeParts();
  if (changes === true) await project.change(seed);
  if (from !== undefined) await succeed(project, from);
}

/** The first time that a command is drawn it runs to its end, and everything is prepared again. */
async function measure(
  project: ChaosProject,
  command: Command,
  seed: number,
  restart: readonly string[],
): Promise<number> {
  const start = performance.now();
  await succeed(project, command.words);
  usualMs.set(command, performance.now() - start);
  await succeed(project, restart);
  await project.writeData('precious');
  await prepare(project, command, seed + 0.5);
  return usualMs.get(command) ?? 0;
}

async function killed(project: ChaosProject, words: readonly string[], afterMs: number): Promise<boolean> {
  const { directory, environment } = project.playground;
  const child = spawn(launcher, words, {
    cwd: directory,
    env: { ...process.env, ...environment, NO_COLOR: '1' },
    stdio: 'ignore',
  });
  const ended = once(child, 'exit').then(() => true);
  const isOver = await Promise.race([ended, delay(afterMs, false)]);
  child.kill('SIGKILL');
  await ended;
  return isOver;
}

async function check(project: ChaosProject, next: readonly (readonly string[])[]): Promise<readonly string[]> {
  const lost: string[] = [];
  for (const words of next) {
    const { code, stderr } = await project.playground.run(words);
    if (code !== 0) lost.push(`${words.join(' ')} ends with ${String(code)}:\n${stderr}`);
  }
  lost.push(...(await project.faults()));
  const data = await project.readData();
  // What the backup has, which one of the commands restores, and what is there else.
  if (!['precious', 'saved'].includes(data)) lost.push(`the data is ${data}`);
  if (lost.length > 0) for (const words of [['clean:all,force'], ['run:all']]) await succeed(project, words);
  await project.writeData('precious');
  return lost;
}

export async function succeed(project: ChaosProject, words: readonly string[]): Promise<void> {
  const { code, stderr } = await project.playground.run(words);
  if (code !== 0) throw new Error(`${words.join(' ')} ends with ${String(code)}:\n${stderr}`);
}
