import { randomBytes } from 'node:crypto';
import { ConsulHttp } from '../../src/lib/directories/consul/http.ts';
import { deleteKey, putKey } from '../../src/lib/directories/consul/keys.ts';
import { ConsulCatalog } from '../../src/lib/directories/consul/catalog.ts';
import type { ContainerRow, Engine } from '../../src/lib/engine/engine.ts';
import { Conflict, NotFound } from '../../src/lib/errors.ts';
import { label } from '../../src/lib/labels.ts';
import type { ObservedService } from '../../src/lib/model/service-entry.ts';
import type { TestConsul } from './consul.ts';
import { TestOperator } from './operator.ts';
import { testImage } from './real-engine.ts';

/** A command that ends at once on SIGTERM. */
export const patient = ['sh', '-c', 'trap "exit 0" TERM; while :; do sleep 0.1; done'];

/** One node of a test: its keys, its containers and its operators. */
export class TestNode {
  readonly name = `dops-test-${randomBytes(3).toString('hex')}`;
  readonly consul: TestConsul;
  readonly engine: Engine;
  /** The address of Consul that its operators get. */
  consulAddress: string;
  readonly #operators: TestOperator[] = [];

  constructor(consul: TestConsul, engine: Engine) {
    this.consul = consul;
    this.engine = engine;
    this.consulAddress = consul.address;
  }

  /** A container name that no other test uses. */
  service(name: string): string {
    return `${this.name}-${name}`;
  }

  start(words: readonly string[] = [], environment: Readonly<Record<string, string>> = {}): TestOperator {
    const operator = new TestOperator(['--node', this.name, '--consul', this.consulAddress, ...words], environment);
    this.#operators.push(operator);
    return operator;
  }

  /** A service that stays, of the test image. */
  async run(name: string, more: object = {}): Promise<void> {
    await this.put(`apps/${this.service(name)}`, JSON.stringify({ image: testImage, command: patient, ...more }));
  }

  async put(key: string, value: string): Promise<void> {
    using http = new ConsulHttp(this.consul.access);
    await putKey(http, this.#key(key), value);
  }

  async stop(name: string): Promise<void> {
    using http = new ConsulHttp(this.consul.access);
    await deleteKey(http, this.#key(`apps/${this.service(name)}`));
  }

  async entries(): Promise<readonly ObservedService[]> {
    using http = new ConsulHttp(this.consul.access);
    return (await new ConsulCatalog(http).list()).filter(({ id }) => id.startsWith(`${this.name}/`));
  }

  /** By the service's short name. */
  async containers(): Promise<Readonly<Record<string, ContainerRow>>> {
    const rows = await this.engine.listContainers({
      all: true,
      labels: { [label.node]: this.name, [label.kind]: 'instance' },
    });
    return Object.fromEntries(rows.map((row) => [row.name.slice(this.name.length + 1), row]));
  }

  async container(name: string): Promise<ContainerRow> {
    const row = (await this.containers())[name];
    if (row?.state !== 'running') throw new Error(`${name} is ${row?.state ?? 'not there'}`);
    return row;
  }

  async close(): Promise<void> {
    for (const operator of this.#operators) await operator.end('SIGKILL');
    const rows = await this.engine.listContainers({ all: true, labels: { [label.node]: this.name } });
    await Promise.all(rows.map(({ id }) => this.#remove(id)));
  }

  /** The engine may still be at a removal that a killed operator has asked for. */
  async #remove(id: string): Promise<void> {
    await this.engine.removeContainer(id, { force: true, volumes: true }).catch((error: unknown) => {
      if (!(error instanceof Conflict || error instanceof NotFound)) throw error;
    });
  }

  #key(key: string): string {
    return `_wakeful/nodes/${this.name}/${key}`;
  }
}
