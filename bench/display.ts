// What the display of progress costs: the processor time of `run:all` from nothing, on a terminal and without one.
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { execa } from 'execa';
import { cleanUp } from './clean-up.ts';
import { prefix } from './engine-api.ts';
import { Lab } from './lab.ts';
import { getPeer } from './peer.ts';
import { describeMachine } from './report.ts';
import { median } from './statistics.ts';
import { loadTinyImage } from './tiny-image.ts';
import { dockeropsTool, launcher, type Tool } from './tools.ts';

interface Sample {
  readonly cpuMs: number;
  readonly wallMs: number;
}

const rounds = 5;
const instances = 50;
const hook = resolve(import.meta.dirname, 'trace-hook.cjs');

/** script(1) makes the terminal, whose size is unknown until stty sets it. */
async function sample(lab: Lab, tool: Tool, kind: 'terminal' | 'quiet', trace: string): Promise<Sample> {
  const words = [launcher, 'run:all', ...(kind === 'quiet' ? ['--log-level', 'fatal'] : [])];
  const inTerminal = [
    'script',
    '--quiet',
    '--return',
    '--command',
    `stty rows 40 cols 120; exec ${words.map((word) => `'${word}'`).join(' ')}`,
    '/dev/null',
  ];
  const [file = '', ...rest] = kind === 'quiet' ? words : inTerminal;
  const begin = performance.now();
  await execa(file, rest, {
    cwd: lab.project(tool).directory,
    env: {
      ...tool.environment,
      DOCKEROPS_TRACE: trace,
      NODE_OPTIONS: `--require "${hook}"`,
      TERM: 'xterm-256color',
      CI: '',
    },
    extendEnv: false,
    stdin: 'ignore',
  });
  const wallMs = performance.now() - begin;
  const { cpuMs } = JSON.parse(await readFile(trace, 'utf8')) as { readonly cpuMs: number };
  await tool.run('down', lab.project(tool));
  return { cpuMs, wallMs };
}

async function measure(folder: string): Promise<string> {
  const cache = resolve(import.meta.dirname, '../.cache/bench');
  await mkdir(cache, { recursive: true });
  const tool = dockeropsTool(await getPeer(cache, 'trixie'), new AbortController().signal);
  await loadTinyImage(cache, 'trixie');
  const lab = await Lab.open(folder, prefix, instances, [tool]);
  await lab.bring(tool, 'down');
  const samples = { terminal: [] as Sample[], quiet: [] as Sample[] };
  for (let round = 0; round < rounds; round += 1) {
    for (const kind of ['terminal', 'quiet'] as const)
      samples[kind].push(await sample(lab, tool, kind, join(folder, 'trace.json')));
  }
  const cpu = (kind: keyof typeof samples): number => median(samples[kind].map(({ cpuMs }) => cpuMs));
  const wall = median(samples.terminal.map(({ wallMs }) => wallMs));
  const cost = cpu('terminal') - cpu('quiet');
  return (
    `run:all of ${String(instances)} from nothing: ${wall.toFixed(0)} ms; ` +
    `processor time ${cpu('terminal').toFixed(0)} ms on a terminal, ${cpu('quiet').toFixed(0)} ms without display: ` +
    `${((cost / wall) * 100).toFixed(1)} % of the run (median of ${String(rounds)})`
  );
}

const folder = await mkdtemp(join(tmpdir(), prefix));
try {
  await cleanUp();
  console.log(`${describeMachine()}\n${await measure(folder)}`);
} finally {
  await Promise.all([cleanUp(), rm(folder, { recursive: true, force: true })]);
}
