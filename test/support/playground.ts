import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Engine } from '../../src/lib/engine/engine.ts';
import { label } from '../../src/lib/labels.ts';
import { dockerops, type CliOptions, type CliResult } from './cli.ts';
import { eventually } from './eventually.ts';
import { openRealEngine, remove } from './real-engine.ts';

/** A folder and a project name for one test, and checks on the engine that do not use dockerops. */
export class Playground {
  readonly project: string;
  #directory = '';
  #engine: Engine | undefined;

  constructor(name: string) {
    this.project = `dops-test-${name}-${randomBytes(3).toString('hex')}`;
  }

  get directory(): string {
    return this.#directory;
  }

  get engine(): Engine {
    if (this.#engine === undefined) throw new Error('the playground is not open');
    return this.#engine;
  }

  /** Variables for every call of the command line. */
  get environment(): Readonly<Record<string, string>> {
    return { PROJECT_NAME: this.project };
  }

  async open(): Promise<void> {
    this.#engine = await openRealEngine();
    this.#directory = await mkdtemp(join(tmpdir(), `${this.project}-`));
  }

  /** Files of the project, by their path in it. */
  async write(files: Readonly<Record<string, string>>): Promise<void> {
    for (const [name, text] of Object.entries(files)) {
      const path = join(this.#directory, name);
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, text);
    }
  }

  /** The command line as a user of this project runs it. */
  run(words: readonly string[], options: Partial<CliOptions> = {}): Promise<CliResult> {
    return dockerops(words, {
      cwd: this.#directory,
      ...options,
      environment: { ...this.environment, ...options.environment },
    });
  }

  /** Removes everything of the project, also what a killed command left. */
  async close(): Promise<void> {
    if (process.env['E2E_KEEP'] === '1') return;
    await this.clear();
    for (const { references } of await this.#images()) {
      for (const reference of references.filter((name) => name.startsWith(`${this.project}/`)))
        await this.engine.removeImage(reference);
    }
    await rm(this.#directory, { recursive: true, force: true });
  }

  async clear(): Promise<void> {
    const mine = { [label.project]: this.project };
    const containers = await this.engine.listContainers({ all: true, labels: mine });
    await Promise.all(containers.map(({ id }) => remove(this.engine, id)));
    // The engine may still be disconnecting the last container.
    for (const { id } of await this.engine.listNetworks(mine)) await eventually(() => this.engine.removeNetwork(id));
    for (const { name } of await this.engine.listVolumes(mine)) await this.engine.removeVolume(name);
  }

  /** Container name to id, running or not, without locks. */
  async containerIds(): Promise<Readonly<Record<string, string>>> {
    const rows = await this.engine.listContainers({
      all: true,
      labels: { [label.project]: this.project, [label.kind]: 'instance' },
    });
    return Object.fromEntries(rows.map(({ name, id }) => [name, id] as const).sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  async networkNames(): Promise<readonly string[]> {
    return (await this.engine.listNetworks({ [label.project]: this.project })).map(({ name }) => name);
  }

  async volumeNames(): Promise<readonly string[]> {
    return (await this.engine.listVolumes({ [label.project]: this.project })).map(({ name }) => name);
  }

  async imageIds(): Promise<readonly string[]> {
    return (await this.#images()).map(({ id }) => id).sort();
  }

  async #images(): Promise<Awaited<ReturnType<Engine['listImages']>>> {
    return this.engine.listImages({ [label.project]: this.project });
  }
}
