import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EtcdHttp } from '../../src/lib/directories/etcd/http.ts';
import { EtcdKeySpace } from '../../src/lib/directories/etcd/key-space.ts';
import type { Entry } from '../../src/lib/directories/key-space.ts';
import type { Engine } from '../../src/lib/engine/engine.ts';
import { eventually } from './eventually.ts';
import type { TestEtcd } from './etcd.ts';
import { patient } from './operator-node.ts';
import { remove, startTestRun, testImage, type TestRun } from './real-engine.ts';
import { TestRegistrator } from './registrator.ts';
import { plainContainer } from './plain-container.ts';

/**
 * A real etcd and the real engine with containers and registrators of one test. Their policy publishes for running
 * containers of the test: `<root>/<container>` with the address, and what the variable `SHARED` names, with the
 * container's `VALUE` or the registrator's.
 */
export class RegistratorWorld implements AsyncDisposable {
  readonly etcd: TestEtcd;
  readonly keys: EtcdKeySpace;
  readonly engine: Engine;
  readonly run: TestRun;
  readonly root: string;
  readonly directory: string;
  readonly #registrators: TestRegistrator[] = [];

  private constructor(etcd: TestEtcd, engine: Engine, directory: string) {
    this.etcd = etcd;
    this.engine = engine;
    this.keys = new EtcdKeySpace(new EtcdHttp(etcd.access));
    this.run = startTestRun(engine);
    this.root = `/${this.run.prefix.slice(0, -1)}`;
    this.directory = directory;
  }

  static async open(etcd: TestEtcd, engine: Engine): Promise<RegistratorWorld> {
    const world = new RegistratorWorld(etcd, engine, await mkdtemp(join(tmpdir(), 'dops-test-registrator-')));
    await world.writePolicy();
    return world;
  }

  /** `address`: what is published of a container. */
  async writePolicy(address = "c.networkIp('bridge')"): Promise<void> {
    const [[labelName, id]] = Object.entries(this.run.labels) as [[string, string]];
    await writeFile(
      join(this.directory, 'test.ts'),
      `import type { Policy } from 'dockerops/policy';
      export const container: Policy = (c) => {
        if (c.label(${JSON.stringify(labelName)}) !== ${JSON.stringify(id)} || c.state !== 'running') return null;
        return {
          [${JSON.stringify(`${this.root}/`)} + c.name.slice(${String(this.run.prefix.length)})]: ${address},
          ...(c.env.SHARED && { [c.env.SHARED]: c.env.VALUE ?? process.env.REGISTRATOR_VALUE }),
        };
      };`,
    );
  }

  get endpoint(): string {
    return this.etcd.access.endpoints
      .map(({ secure, host, port }) => `http${secure ? 's' : ''}://${host}:${String(port)}`)
      .join(',');
  }

  words(name: string): readonly string[] {
    return ['--policies', this.directory, '--etcd', this.endpoint, '--name', `${this.root.slice(1)}-${name}`];
  }

  /** With a ttl of 5 s and this world's etcd, unless the words say otherwise, or a flag is to be left out. */
  start(
    name: string,
    words: readonly string[] = [],
    environment: Readonly<Record<string, string>> = {},
    without: readonly string[] = [],
  ): TestRegistrator {
    const usual = [...this.words(name), '--ttl', '5s'];
    const isGiven = (index: number): boolean => [...words, ...without].includes(usual[index - (index % 2)] ?? '');
    const all = [...usual.filter((_, index) => !isGiven(index)), ...words];
    const registrator = new TestRegistrator(all, environment);
    this.#registrators.push(registrator);
    return registrator;
  }

  async startContainer(name: string, environment: readonly string[] = [], host?: Engine): Promise<string> {
    const engine = host ?? this.engine;
    const { id } = await engine.createContainer(
      this.run.prefix + name,
      plainContainer(testImage, { command: patient, environment, labels: this.run.labels }),
    );
    await engine.startContainer(id);
    return id;
  }

  async removeContainer(name: string): Promise<void> {
    await remove(this.engine, this.run.prefix + name);
  }

  async address(name: string): Promise<string> {
    return (await this.engine.inspectContainer(this.run.prefix + name)).addresses['bridge'] ?? '';
  }

  async entries(prefix = `${this.root}/`): Promise<readonly Entry[]> {
    return (await this.keys.read(prefix)).entries;
  }

  /** By the part of the key behind the root. */
  async visible(): Promise<Readonly<Record<string, string>>> {
    return Object.fromEntries((await this.entries()).map(({ key, value }) => [key.slice(this.root.length + 1), value]));
  }

  async until(check: (visible: Readonly<Record<string, string>>) => void, limitMs?: number): Promise<void> {
    await eventually(async () => {
      check(await this.visible());
    }, limitMs).catch((error: unknown) => {
      throw new Error(`${String(error)}\n${this.#registrators.map(({ log }) => log).join('\n')}`, { cause: error });
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const registrator of this.#registrators) await registrator.end('SIGKILL');
    await this.run.cleanUp();
    this.keys[Symbol.dispose]();
    await rm(this.directory, { recursive: true });
  }
}
