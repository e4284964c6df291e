import { join } from 'node:path';
import { callEngine } from './engine-api.ts';
import { changeService, containerName, writeProject, type BenchProject } from './project.ts';
import { assertDown, assertEqual, assertUp, readIds, readImages, readState } from './state.ts';
import type { Tool, Verb } from './tools.ts';

export type LabState = 'up' | 'down';
/** Container id and image layers of each service: if they are equal, the service was not changed. */
export type Fingerprint = Readonly<
  Record<string, { readonly id: string | undefined; readonly layers: readonly string[] | undefined }>
>;
export const changedService = 's001';

interface Bench {
  readonly tool: Tool;
  readonly project: BenchProject;
  state: LabState;
}

/**
 * Equal projects of one size, one for each tool, with the state of each. Checks on the engine what the tools did;
 * measures nothing.
 */
export class Lab {
  readonly size: number;
  readonly #benches: ReadonlyMap<Tool, Bench>;
  #edition = 0;

  private constructor(size: number, benches: readonly Bench[]) {
    this.size = size;
    this.#benches = new Map(benches.map((bench) => [bench.tool, bench]));
  }

  /** Projects with their images and nothing running, after a check that all tools build and run the same. */
  static async open(folder: string, prefix: string, size: number, tools: readonly Tool[]): Promise<Lab> {
    const benches: Bench[] = [];
    for (const tool of tools) {
      const name = `${prefix}${tool.name}-${String(size)}`;
      benches.push({ tool, project: await writeProject(join(folder, name), name, size), state: 'down' });
    }
    const lab = new Lab(size, benches);
    await lab.#buildAll();
    for (const tool of tools) await lab.bring(tool, 'up');
    await lab.check(tools);
    return lab;
  }

  project(tool: Tool): BenchProject {
    return this.#of(tool).project;
  }

  async bring(tool: Tool, state: LabState): Promise<void> {
    if (this.#of(tool).state !== state) await this.run(tool, state);
  }

  async run(tool: Tool, verb: Verb | LabState): Promise<string> {
    const bench = this.#of(tool);
    const output = await tool.run(verb, bench.project);
    if (verb === 'down') bench.state = 'down';
    else if (verb === 'up' || verb === 'upWait' || verb === 'update') bench.state = 'up';
    return output;
  }

  /** Makes the same change for each tool; call `check` when all tools have applied it. */
  async change(tools: readonly Tool[]): Promise<void> {
    this.#edition += 1;
    for (const tool of tools) await changeService(this.project(tool), changedService, this.#edition);
  }

  /** Checks that each project is in its state, and that those that run are equal. */
  async check(tools: readonly Tool[]): Promise<void> {
    const up: { tool: string; value: unknown }[] = [];
    for (const { project, state, tool } of tools.map((each) => this.#of(each))) {
      if (state === 'down') await assertDown(project);
      else {
        const facts = await readState(project);
        assertUp(project, facts);
        up.push({ tool: tool.name, value: facts });
      }
    }
    assertEqual('the final state', up);
  }

  async fingerprint(tool: Tool): Promise<Fingerprint> {
    const { project } = this.#of(tool);
    const [ids, images] = await Promise.all([readIds(project), readImages(project)]);
    return Object.fromEntries(
      project.services.map((service, index) => [
        service,
        { id: ids[containerName(project.name, service)], layers: images[index] },
      ]),
    );
  }

  async #buildAll(): Promise<void> {
    const builders = [...this.#benches.values()].filter(({ tool }) => tool.name !== 'floor');
    for (const { tool, project } of builders) await tool.run('build', project);
    assertEqual(
      'the layers of the images',
      await Promise.all(
        builders.map(async ({ tool, project }) => ({ tool: tool.name, value: await readImages(project) })),
      ),
    );
    const floor = [...this.#benches.values()].find(({ tool }) => tool.name === 'floor');
    if (floor && builders[0]) await tagImages(builders[0].project, floor.project);
  }

  #of(tool: Tool): Bench {
    const bench = this.#benches.get(tool);
    if (bench === undefined) throw new Error(`no bench for ${tool.name}`);
    return bench;
  }
}

/** The bare client builds nothing: it uses the images of another tool. */
async function tagImages(from: BenchProject, to: BenchProject): Promise<void> {
  for (const service of to.services) {
    const source = encodeURIComponent(`${from.name}/${service}`);
    const target = encodeURIComponent(`${to.name}/${service}`);
    await callEngine('POST', `/images/${source}/tag?repo=${target}&tag=latest`);
  }
}
