import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { execa } from 'execa';
import { messageOf } from '../src/lib/errors.ts';
import { cases } from './cases.ts';
import { cleanUp } from './clean-up.ts';
import { callEngine, prefix } from './engine-api.ts';
import { Lab } from './lab.ts';
import { parseOptions, usage, type BenchOptions } from './options.ts';
import { otherLoad, withOthers } from './other-load.ts';
import { getPeer, type Peer } from './peer.ts';
import { describeMachine, record, renderGrowth, renderTable } from './report.ts';
import { runCase, type CaseResult } from './run-case.ts';
import { loadTinyImage } from './tiny-image.ts';
import { composeTool, dockeropsTool, floorTool, type Tool } from './tools.ts';

const repository = resolve(import.meta.dirname, '..');
const cache = join(repository, '.cache', 'bench');

/** Measures dockerops, docker compose and the bare engine on equal projects; removes everything at the end. */
async function bench(options: BenchOptions, signal: AbortSignal): Promise<void> {
  await mkdir(cache, { recursive: true });
  const peer = await getPeer(cache, options.peer);
  const folder = await mkdtemp(join(tmpdir(), prefix));
  try {
    await cleanUp();
    await loadTinyImage(cache, options.peer);
    const tools = chooseTools(options, peer, signal);
    await show(await measure(options, tools, folder, signal), options, peer);
  } finally {
    if (options.keep) console.error(`bench: kept: ${folder}, and all on the engine whose name starts with ${prefix}`);
    else await Promise.all([cleanUp(), rm(folder, { recursive: true, force: true })]);
  }
}

function chooseTools(options: BenchOptions, peer: Peer, signal: AbortSignal): Tool[] {
  return [dockeropsTool(peer, signal), composeTool(peer, signal), floorTool()].filter(
    ({ name }) => !options.without.includes(name),
  );
}

async function measure(
  options: BenchOptions,
  tools: readonly Tool[],
  folder: string,
  signal: AbortSignal,
): Promise<CaseResult[]> {
  const results: CaseResult[] = [];
  for (const [index, size] of options.sizes.entries()) {
    console.error(`bench: ${String(size)} services: building, running and comparing`);
    const lab = await Lab.open(folder, prefix, size, tools);
    const chosen = cases.filter(({ name, from }) => options.cases.includes(name) && (from !== 'none' || index === 0));
    results.push(...(await runCases(chosen, lab, tools, options, signal)));
    if (options.others) {
      console.error(`bench: ${String(size)} services: again, beside ${otherLoad} other images and containers`);
      const ofProjects = chosen.filter(({ from }) => from !== 'none');
      const beside = await withOthers(() => runCases(ofProjects, lab, tools, options, signal));
      results.push(...beside.map((result) => ({ ...result, others: otherLoad })));
    }
    // No error: the measurements are done, and the clean-up removes what is left.
    for (const tool of tools)
      await lab
        .bring(tool, 'down')
        .catch((error: unknown) =>
          console.error(`bench: ${tool.name} could not take everything down: ${String(error)}`),
        );
  }
  return results;
}

async function runCases(
  chosen: typeof cases,
  lab: Lab,
  tools: readonly Tool[],
  { rounds }: BenchOptions,
  signal: AbortSignal,
): Promise<CaseResult[]> {
  const results: CaseResult[] = [];
  for (const benchCase of chosen) {
    console.error(`bench: ${String(lab.size)} services: ${benchCase.title}`);
    try {
      results.push(await runCase(benchCase, lab, tools, rounds, signal));
    } catch (error) {
      signal.throwIfAborted();
      // The other cases still count.
      console.error(`bench: ${benchCase.title}: ${messageOf(error)}`);
      process.exitCode = 1;
    }
  }
  return results;
}

async function show(results: readonly CaseResult[], options: BenchOptions, peer: Peer): Promise<void> {
  const body = [describeMachine(), await versions(peer, options), renderTable(results), renderGrowth(results)]
    .filter((part) => part !== '')
    .join('\n\n');
  console.log(body);
  if (options.record)
    await record(
      join(repository, 'bench', 'RESULTS.md'),
      new Date().toISOString().slice(0, 16).replace('T', ' '),
      body,
    );
}

async function versions(peer: Peer, { rounds }: BenchOptions): Promise<string> {
  const engine = await callEngine<{ Version: string }>('GET', '/version');
  const commit = await execa('git', ['-C', repository, 'describe', '--always', '--dirty'], { reject: false });
  return (
    `dockerops ${commit.exitCode === 0 ? commit.stdout : 'unknown'}, docker compose ${peer.version}, ` +
    `engine ${engine.Version}, node ${process.version}, ${String(rounds)} rounds`
  );
}

const interruption = new AbortController();
// Not `once`: execa ends the process when there is no listener but its own.
for (const name of ['SIGINT', 'SIGTERM'] as const) process.on(name, () => interruption.abort(new Error('interrupted')));
try {
  const options = parseOptions(process.argv.slice(2));
  if (options === undefined) console.log(usage);
  else await bench(options, interruption.signal);
} catch (error) {
  const reason: unknown = interruption.signal.aborted ? interruption.signal.reason : error;
  console.error(`bench: ${messageOf(reason)}`);
  process.exitCode = interruption.signal.aborted ? 130 : 1;
}
