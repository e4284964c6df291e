import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { Hosts, type Host } from '../test/support/hosts.ts';
import { cleanUp } from './clean-up.ts';
import { inPool, prefix } from './engine-api.ts';
import { NameWatch } from './name-watch.ts';
import { launcher } from './tools.ts';

const project = `${prefix}hosts`;

/**
 * A DNS on one host and instances on another; each host is a container with an engine of its own. Names resolve to the
 * address of the host.
 */
export class DnsHostsLab {
  readonly keys: readonly string[];
  readonly #hosts = new Hosts(project);
  #folder = '';
  #first: Host | undefined;
  #second: Host | undefined;
  #watch: NameWatch | undefined;

  constructor(size: number) {
    this.keys = Array.from({ length: size }, (_, index) => `app-n${String(index)}`);
  }

  async open(): Promise<void> {
    this.#folder = await mkdtemp(join(tmpdir(), prefix));
    await this.#write('here', '', '');
    await this.#dockerops('here', undefined, 'build', 'all');
    await this.#hosts.open();
    [this.#first, this.#second] = await Promise.all([this.#hosts.start('first'), this.#hosts.start('second')]);
    await Promise.all([
      this.#hosts.load(this.#first, ['dockerops/dockerops-dns']),
      this.#hosts.load(this.#second, [`${project}/app`]),
    ]);
    for (const name of ['first', 'second']) await this.#write(name, this.#first.address, this.#second.address);
    await this.#dockerops('first', this.#first, 'run', '--group=first');
    const key = await this.#dockerops('first', this.#first, 'dns', 'export-key');
    await this.#dockerops('second', this.#second, 'dns', 'import-key', '-', { input: key });
    this.#watch = new NameWatch(this.#first.address);
  }

  async close(): Promise<void> {
    await this.#hosts.close();
    await cleanUp(project);
    await rm(this.#folder, { recursive: true, force: true });
  }

  /** Runs `run` on the other host; resolves when it returns, which is when the names resolve. */
  async run(): Promise<void> {
    await this.#dockerops('second', this.#second, 'run', '--group=second');
  }

  async clean(): Promise<void> {
    await this.#dockerops('second', this.#second, 'clean', 'all', '--force');
  }

  /** Calls the engine of the other host directly, for all instances. */
  async all(verb: 'start' | 'stop' | 'kill', keys: readonly string[]): Promise<void> {
    const engine = `http://${this.#second?.address ?? ''}:2375/v1.41`;
    await inPool(keys, 6, async (key) => {
      const { ok, status } = await fetch(`${engine}/containers/${project}-${key}/${verb}`, { method: 'POST' });
      if (!ok && status !== 304) throw new Error(`${verb} ${key}: ${String(status)}`);
    });
  }

  async until(keys: readonly string[], found: boolean, since: number): Promise<number> {
    if (this.#watch === undefined) throw new TypeError('not open');
    return this.#watch.until(keys, found, since);
  }

  async #write(name: string, dns: string, other: string): Promise<void> {
    const directory = join(this.#folder, name);
    await mkdir(join(directory, 'services', 'app'), { recursive: true });
    await writeFile(join(directory, 'services', 'app', 'Dockerfile'), 'FROM dockerops/dockerops-base\n');
    const variables = { SERVICE_IP: other, DNS_SERVICE_IP: dns };
    const entries = this.keys.map((key) => ({
      service: 'app',
      instance: key.slice('app-'.length),
      group: 'second',
      seed_command: 'sleep infinity',
      env_vars: variables,
    }));
    await writeFile(
      join(directory, 'run.conf'),
      JSON.stringify([
        {
          service: 'dockerops-dns',
          instance: 'one',
          group: 'first',
          publish_ports: true,
          env_vars: { SERVICE_IP: dns },
        },
        ...entries,
      ]),
    );
  }

  async #dockerops(
    name: string,
    host: Host | undefined,
    ...words: readonly (string | { readonly input: string })[]
  ): Promise<string> {
    const [last] = words.slice(-1);
    const input = typeof last === 'object' ? last.input : '';
    const plain = words.filter((word) => typeof word === 'string');
    const engine = host === undefined ? [] : ['--host', host.engine];
    const { stdout } = await execa(launcher, [...engine, ...plain], {
      cwd: join(this.#folder, name),
      env: { PROJECT_NAME: project },
      input,
    });
    return stdout;
  }
}
