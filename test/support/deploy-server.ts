import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Balanced, BalancedRoute, BalancedUnit } from '../../src/lib/server/balancer/balancing.ts';
import { DeployPass } from '../../src/lib/server/deploy/deploy-pass.ts';
import type { Deployment } from '../../src/lib/server/deploy/deployment.ts';
import { PassMemory } from '../../src/lib/server/deploy/pass-memory.ts';
import type { ServiceConfig } from '../../src/lib/server/services/service.ts';
import type { Database } from '../../src/lib/server/store/database.ts';
import { openStore } from '../../src/lib/server/store/open-store.ts';
import { ServiceStore } from '../../src/lib/server/store/service-store.ts';
import { applyOn } from './apply-on.ts';
import { FakeEngine } from './fake-engine.ts';

export const unitImage = 'dops-test/busybox:latest';
const usualConfig: ServiceConfig = { publicFacing: false, numInstances: 1, ports: [], env: {}, volume: {} };

/** The part of a server that deploys, on a fake engine, with a real store. */
export class DeployServer {
  readonly engine = new FakeEngine();
  readonly directory = mkdtempSync(join(tmpdir(), 'dockerops-deploys-'));
  readonly warnings: string[] = [];
  readonly events: string[] = [];
  /** What the balancers have. */
  routes: readonly BalancedRoute[] = [];
  units: readonly BalancedUnit[] = [];
  balanced: Partial<Balanced> = {};
  /** Of the next call. */
  balanceError: Error | undefined;
  timeoutMs = 600_000;
  now = 1_700_000_000_000;
  store: ServiceStore;
  memory = new PassMemory(() => {});
  pass: DeployPass;
  #database: Database;
  #serial = 0;

  constructor() {
    this.engine.addImage(unitImage);
    this.#database = openStore(this.directory);
    this.store = new ServiceStore(this.#database);
    this.pass = this.#newPass();
  }

  /** As if the process had been killed and started again. */
  restart(): void {
    this.#database.close();
    this.#open();
  }

  /** As if its data directory had been removed while it did not run. */
  loseStore(): void {
    this.#database.close();
    rmSync(this.directory, { recursive: true });
    this.#open();
  }

  async close(): Promise<void> {
    await this.pass.idle();
    this.#database.close();
    rmSync(this.directory, { recursive: true });
  }

  /** Makes a service where it is missing, and records its next version. Returns the id of the deployment. */
  async deploy(name: string, change: Partial<ServiceConfig> = {}, image = unitImage): Promise<string> {
    const config = { ...usualConfig, ...change };
    await this.store.create({ name, dockerRepository: image, config }, this.now);
    this.#serial += 1;
    const id = `d${String(this.#serial)}`;
    await this.store.deploy(name, { id, now: this.now }, () => ({ image, config }));
    return id;
  }

  deployment(id: string): Deployment {
    const deployment = this.store.deployment(id);
    if (deployment === undefined) throw new TypeError(`no deployment ${id}`);
    return deployment;
  }

  /** One pass, and what it has begun. */
  async runPass(): Promise<{ readonly againMs?: number }> {
    this.engine.now = this.now / 1000;
    this.engine.cluster.now = this.now / 1000;
    const result = await this.pass.run(this.engine);
    await this.pass.idle();
    return result;
  }

  /** Passes, a second apart, until one finds nothing more to do. */
  async settle(): Promise<void> {
    for (let count = 0; count < 100; count += 1) {
      const { againMs } = await this.runPass();
      if (againMs === undefined && count > 0) return;
      this.now += 1000;
    }
    throw new Error(`it never settles: ${JSON.stringify(this.store.openDeployments())}`);
  }

  /** Passes until a deployment is in a state. */
  async until(id: string, state: Deployment['state']): Promise<Deployment> {
    for (let count = 0; count < 100; count += 1) {
      if (this.deployment(id).state === state) return this.deployment(id);
      await this.runPass();
      this.now += 500;
    }
    throw new Error(`${id} is never ${state}: ${JSON.stringify(this.deployment(id))}`);
  }

  /** Names of what runs. */
  running(): readonly string[] {
    const { containers, cluster } = this.engine;
    const services = [...cluster.services.values()].map(({ row }) => row.name);
    const names = [...containers.values()].filter(({ state }) => state === 'running').map(({ name }) => name);
    return [...names, ...services].sort();
  }

  container(name: string) {
    const found = [...this.engine.containers.values()].find((container) => container.name === name);
    if (found === undefined) throw new TypeError(`no container ${name}`);
    return found;
  }

  #open(): void {
    this.#database = openStore(this.directory);
    this.store = new ServiceStore(this.#database);
    this.pass = this.#newPass();
  }

  #newPass(): DeployPass {
    this.memory = new PassMemory(() => {});
    return new DeployPass(
      {
        store: this.store,
        server: 'test',
        publicPort: 80,
        timeoutMs: this.timeoutMs,
        clock: { date: () => this.now },
        wake: () => {},
        warn: (text) => this.warnings.push(text),
        onUnits: ({ added, removed }) => {
          this.events.push(...added.map(({ name }) => `+${name}`), ...removed.map((name) => `-${name}`));
        },
        balancing: {
          balance: async (routes, units) => {
            const error = this.balanceError;
            this.balanceError = undefined;
            if (error !== undefined) throw error;
            [this.routes, this.units] = [routes, units];
            return { sessions: new Map(), refused: new Map(), ...this.balanced };
          },
        },
        apply: applyOn(this.engine),
      },
      this.memory,
    );
  }
}
