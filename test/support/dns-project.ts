import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { dockerops, type CliResult } from './cli.ts';
import { docker, resolveIn } from './docker.ts';
import type { Playground } from './playground.ts';
import { ensureTestImage, testImage } from './real-engine.ts';

const base = 'FROM dockerops/dockerops-base\n';

/**
 * A project with a DNS, on the real engine: two instances that share a name, two of which the newer counts, a hidden
 * one that the names are asked from, and one of an image without a client. They run in different modes: the client is
 * there in each.
 */
export class DnsProject {
  readonly #playground: Playground;

  constructor(playground: Playground) {
    this.#playground = playground;
  }

  static readonly conf: readonly object[] = [
    { service: 'dockerops-dns', instance: 'one' },
    { service: 'app', instance: 'one' },
    { service: 'app', instance: 'two', seed_command: 'sleep 100000' },
    { service: 'lead', instance: 'old', safemode: true, env_vars: { DNS_UPDATE_POLICY: 'REPLACE' } },
    { service: 'lead', instance: 'new', env_vars: { DNS_UPDATE_POLICY: 'REPLACE' } },
    { service: 'secret', instance: 'one', env_vars: { DNS_UPDATE_POLICY: 'HIDE' } },
    { service: 'plain', instance: 'one', image: testImage, seed_command: 'sleep 100000' },
  ];

  async write(conf: readonly object[] = DnsProject.conf): Promise<void> {
    const { directory, engine } = this.#playground;
    await ensureTestImage(engine);
    for (const service of ['app', 'lead', 'secret']) {
      await mkdir(join(directory, 'services', service), { recursive: true });
      await writeFile(join(directory, 'services', service, 'Dockerfile'), base);
    }
    await writeFile(join(directory, 'run.conf'), JSON.stringify(conf));
  }

  run(...words: string[]): Promise<CliResult> {
    return dockerops(words, { cwd: this.#playground.directory, environment: this.#playground.environment });
  }

  container(key: string): string {
    return `${this.#playground.project}-${key}`;
  }

  /** Address on the project's network by instance; none for an instance that does not run. */
  async address(key: string): Promise<string> {
    return (await this.addresses(key))[0] ?? '';
  }

  async addresses(...keys: string[]): Promise<readonly string[]> {
    if (keys.length === 0) return [];
    const text = await docker(
      'inspect',
      '--format',
      '{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}',
      ...keys.map((key) => this.container(key)),
    );
    return text.split('\n').sort();
  }

  /** What an instance resolves for a name of the zone. */
  async resolve(name: string, from = 'secret-one'): Promise<readonly string[]> {
    return (await this.resolveAll([name], from))[name] ?? [];
  }

  async resolveAll(
    names: readonly string[],
    from = 'secret-one',
  ): Promise<Readonly<Record<string, readonly string[]>>> {
    const answers = await resolveIn(
      this.container(from),
      names.map((name) => `${name}.local.zone.`),
    );
    return Object.fromEntries(names.map((name) => [name, answers[`${name}.local.zone.`] ?? []]));
  }
}
