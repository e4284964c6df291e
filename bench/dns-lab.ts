import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { cleanUp } from './clean-up.ts';
import { callEngine, inPool, prefix } from './engine-api.ts';
import { NameWatch } from './name-watch.ts';
import { launcher } from './tools.ts';

const project = `${prefix}dns`;

/**
 * A project with a DNS and many idle instances. Queries the DNS directly, which needs a route to its container.
 */
export class DnsLab {
  readonly keys: readonly string[];
  readonly dns = `${project}-dockerops-dns-one`;
  #watch: NameWatch | undefined;
  #folder = '';
  address = '';

  constructor(size: number) {
    this.keys = Array.from({ length: size }, (_, index) => `app-n${String(index)}`);
  }

  container(key: string): string {
    return `${project}-${key}`;
  }

  async open(): Promise<void> {
    this.#folder = await mkdtemp(join(tmpdir(), prefix));
    await mkdir(join(this.#folder, 'services', 'app'), { recursive: true });
    await writeFile(join(this.#folder, 'services', 'app', 'Dockerfile'), 'FROM dockerops/dockerops-base\n');
    const entries = this.keys.map((key) => ({
      service: 'app',
      instance: key.slice('app-'.length),
      seed_command: 'sleep infinity',
    }));
    await writeFile(
      join(this.#folder, 'run.conf'),
      JSON.stringify([{ service: 'dockerops-dns', instance: 'one' }, ...entries]),
    );
    await this.dockerops('run', 'all');
    const { NetworkSettings } = await callEngine<{
      NetworkSettings: { Networks: Record<string, { IPAddress: string }> };
    }>('GET', `/containers/${this.dns}/json`);
    this.address = Object.values(NetworkSettings.Networks)[0]?.IPAddress ?? '';
    this.#watch = new NameWatch(this.address);
  }

  async close(): Promise<void> {
    await this.dockerops('clean', 'all', '--force').catch(() => {});
    await cleanUp(project);
    await rm(this.#folder, { recursive: true, force: true });
  }

  async dockerops(...words: string[]): Promise<void> {
    await execa(launcher, [...words], {
      cwd: this.#folder,
      env: { PROJECT_NAME: project },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
  }

  /** Calls the engine directly, for all instances. */
  async all(verb: 'start' | 'kill', keys: readonly string[]): Promise<void> {
    await inPool(keys, 6, (key) => callEngine('POST', `/containers/${this.container(key)}/${verb}`));
  }

  /** Milliseconds until all instances resolve, or none does. */
  async until(keys: readonly string[], found: boolean, since: number): Promise<number> {
    if (this.#watch === undefined) throw new TypeError('not open');
    return this.#watch.until(keys, found, since);
  }

  /** CPU seconds that named and the arbiter have used so far, and their memory in MiB. */
  async cost(): Promise<{ readonly named: ProcessCost; readonly arbiter: ProcessCost }> {
    return { named: await this.#costOf('named'), arbiter: await this.#costOf('arbiter') };
  }

  async #costOf(program: string): Promise<ProcessCost> {
    const { stdout: pid } = await execa('docker', ['exec', this.dns, 'supervisorctl', 'pid', program]);
    const { stdout } = await execa('docker', [
      'exec',
      this.dns,
      'cat',
      `/proc/${pid.trim()}/stat`,
      `/proc/${pid.trim()}/status`,
    ]);
    const fields = stdout.slice(stdout.lastIndexOf(')', stdout.indexOf('\n')) + 2).split(' ');
    return {
      cpuSeconds: (Number(fields[11]) + Number(fields[12])) / 100,
      memoryMib: Number(/VmRSS:\s+(\d+)/.exec(stdout)?.[1] ?? 0) / 1024,
    };
  }

  /** Runs a Python program in an instance, with the modules of the client; returns the numbers that it prints. */
  async python(key: string, file: string, words: readonly string[]): Promise<Readonly<Record<string, number>>> {
    const script = await readFile(join(import.meta.dirname, file), 'utf8');
    const { stdout } = await execa(
      'docker',
      ['exec', '-i', '-u', 'root', this.container(key), 'python3', '-I', '-', ...words],
      { input: script },
    );
    return JSON.parse(stdout) as Record<string, number>;
  }
}

export interface ProcessCost {
  readonly cpuSeconds: number;
  readonly memoryMib: number;
}
