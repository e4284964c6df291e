import type { Tool, Verb } from './tools.ts';

/** A row of the table: what is done, in which state it starts, and the ratio to reach. */
export interface BenchCase {
  readonly name: string;
  readonly title: string;
  /** `gap`: from the signal to stop the instance that changes to the start of the one in its place. */
  readonly metric: 'time' | 'memory' | 'gap';
  /** State of the project of each tool before each round. `none`: no project is needed. */
  readonly from: 'up' | 'down' | 'none';
  readonly verb: Verb;
  readonly tools: readonly Tool['name'][];
  /** A file of one service changes before each round. */
  readonly change?: boolean;
  /** The state does not change, container ids included. */
  readonly unchanged: boolean;
  /** Maximum ratio by number of instances; sizes in between use that of the next smaller one. */
  readonly reach?: Readonly<Record<number, number>>;
}

const all = ['dockerops', 'compose', 'floor'] as const;
const both = ['dockerops', 'compose'] as const;

export const cases: readonly BenchCase[] = [
  {
    name: 'ps',
    title: 'ps',
    metric: 'time',
    from: 'up',
    verb: 'ps',
    tools: all,
    unchanged: true,
    reach: { 10: 0.8, 50: 0.7 },
  },
  {
    name: 'run-unchanged',
    title: 'run:all, nothing to do',
    metric: 'time',
    from: 'up',
    verb: 'up',
    tools: both,
    unchanged: true,
    reach: { 50: 0.7 },
  },
  {
    name: 'build-unchanged',
    title: 'build:all, nothing changed',
    metric: 'time',
    from: 'up',
    verb: 'build',
    tools: both,
    unchanged: true,
    reach: { 10: 0.15 },
  },
  {
    name: 'run',
    title: 'run:all from nothing (peer: up -d)',
    metric: 'time',
    from: 'down',
    verb: 'up',
    tools: all,
    unchanged: false,
    reach: { 10: 0.95 },
  },
  {
    name: 'run-wait',
    title: 'run:all from nothing (peer: up -d --wait)',
    metric: 'time',
    from: 'down',
    verb: 'upWait',
    tools: both,
    unchanged: false,
    reach: { 10: 0.95 },
  },
  {
    name: 'clean',
    title: 'clean:all',
    metric: 'time',
    from: 'up',
    verb: 'down',
    tools: all,
    unchanged: false,
    reach: { 50: 0.8 },
  },
  {
    name: 'change',
    title: 'one file of one service changed',
    metric: 'time',
    from: 'up',
    verb: 'update',
    tools: both,
    change: true,
    unchanged: false,
    reach: { 50: 0.8 },
  },
  {
    name: 'gap',
    title: 'gap of the replaced instance',
    metric: 'gap',
    from: 'up',
    verb: 'update',
    tools: both,
    change: true,
    unchanged: false,
  },
  {
    name: 'ps-memory',
    title: 'ps, peak memory (MiB)',
    metric: 'memory',
    from: 'up',
    verb: 'ps',
    tools: both,
    unchanged: true,
    reach: { 1: 1.2 },
  },
  {
    name: 'version',
    title: 'version (floor: node -e 0)',
    metric: 'time',
    from: 'none',
    verb: 'version',
    tools: all,
    unchanged: true,
  },
  {
    name: 'help',
    title: '--help (floor: node -e 0)',
    metric: 'time',
    from: 'none',
    verb: 'help',
    tools: all,
    unchanged: true,
  },
];

export const caseNames = cases.map(({ name }) => name);

export function reachOf({ reach = {} }: BenchCase, size: number): number | undefined {
  const bound = Object.keys(reach)
    .map(Number)
    .filter((least) => least <= size)
    .at(-1);
  return bound === undefined ? undefined : reach[bound];
}
