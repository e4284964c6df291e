import { isDeepStrictEqual } from 'node:util';
import type { BenchCase } from './cases.ts';
import { changedService, type Fingerprint, type Lab } from './lab.ts';
import { gapOf, peakMemoryOf, timeOf } from './measure.ts';
import { assertEqual } from './state.ts';
import type { Tool } from './tools.ts';

export interface CaseResult {
  readonly name: string;
  readonly title: string;
  readonly size: number;
  /** What else the engine has, other images and other containers; empty on a quiet engine. */
  readonly others: string;
  /** One value for each round, in milliseconds or MiB, by tool. */
  readonly values: Readonly<Partial<Record<Tool['name'], readonly number[]>>>;
}

/** Runs and checks one round without measuring, then the measured rounds, with all tools in turn; checks again. */
export async function runCase(
  benchCase: BenchCase,
  lab: Lab,
  tools: readonly Tool[],
  rounds: number,
  signal: AbortSignal,
): Promise<CaseResult> {
  const { name, title, from } = benchCase;
  const taking = tools.filter((tool) => benchCase.tools.includes(tool.name));
  const values = Object.fromEntries(taking.map((tool) => [tool.name, [] as number[]]));
  if (from !== 'none') for (const tool of tools) await lab.bring(tool, isAlone(benchCase) ? 'down' : from);
  await rehearse(benchCase, lab, taking, signal);
  for (let round = 0; round < rounds; round += 1) {
    if (benchCase.change === true) await lab.change(tools);
    for (const tool of rotate(taking, round)) {
      signal.throwIfAborted();
      values[tool.name]?.push(await takeOne(benchCase, lab, tool));
    }
  }
  if (from !== 'none' && benchCase.change === true) await lab.check(taking);
  return { name, title, size: lab.size, others: '', values };
}

/** Cases that start or remove everything run with no other containers; for the others those of all tools run. */
function isAlone({ verb }: BenchCase): boolean {
  return verb === 'up' || verb === 'upWait' || verb === 'down';
}

async function rehearse(benchCase: BenchCase, lab: Lab, tools: readonly Tool[], signal: AbortSignal): Promise<void> {
  if (benchCase.change === true) await lab.change(tools);
  for (const tool of tools) {
    signal.throwIfAborted();
    await prepare(benchCase, lab, tool);
    const before = isAlone(benchCase) || benchCase.from === 'none' ? undefined : await lab.fingerprint(tool);
    const output = await lab.run(tool, benchCase.verb);
    if (before !== undefined) assertTouched(benchCase, lab, tool, before, await lab.fingerprint(tool));
    if (benchCase.verb === 'ps') assertListed(output, lab, tool);
  }
  if (benchCase.from !== 'none') await lab.check(tools);
  if (isAlone(benchCase)) for (const tool of tools) await lab.bring(tool, 'down');
}

/** Throws if a tool changed something with nothing to do, or anything but the one service that changed. */
function assertTouched(benchCase: BenchCase, lab: Lab, tool: Tool, before: Fingerprint, after: Fingerprint): void {
  const touched = lab.project(tool).services.filter((service) => !isDeepStrictEqual(before[service], after[service]));
  const expected = benchCase.change === true ? [changedService] : [];
  assertEqual(`${benchCase.title}: what was touched`, [
    { tool: 'the case', value: expected },
    { tool: tool.name, value: touched },
  ]);
}

function assertListed(output: string, lab: Lab, tool: Tool): void {
  const missing = lab.project(tool).services.filter((service) => !output.includes(service));
  if (missing.length > 0) throw new Error(`${tool.name} ps does not show ${missing.join(', ')}:\n${output}`);
}

async function prepare({ from }: BenchCase, lab: Lab, tool: Tool): Promise<void> {
  if (from !== 'none') await lab.bring(tool, from);
}

async function takeOne(benchCase: BenchCase, lab: Lab, tool: Tool): Promise<number> {
  await prepare(benchCase, lab, tool);
  const value = await measure(benchCase, lab, tool);
  if (isAlone(benchCase)) await lab.bring(tool, 'down');
  return value;
}

async function measure({ metric, verb }: BenchCase, lab: Lab, tool: Tool): Promise<number> {
  const command = tool.command(verb);
  if (metric === 'memory' && command !== undefined)
    return peakMemoryOf(command, lab.project(tool).directory, tool.environment);
  const work = (): Promise<string> => lab.run(tool, verb);
  if (metric !== 'gap') return timeOf(work);
  const { id = '' } = (await lab.fingerprint(tool))[changedService] ?? {};
  return gapOf(id, work);
}

function rotate<Item>(items: readonly Item[], by: number): Item[] {
  const start = items.length === 0 ? 0 : by % items.length;
  return [...items.slice(start), ...items.slice(0, start)];
}
