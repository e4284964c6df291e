import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { label } from '../../src/lib/labels.ts';
import { dockerExec } from '../support/docker.ts';
import { Playground } from '../support/playground.ts';
import { ensureTestImage, testImage } from '../support/real-engine.ts';

/** Ends at once at SIGTERM. */
const endless = `CMD ["sh", "-c", "trap 'exit 0' TERM; while :; do sleep 0.1; done"]`;
const files = 20;

interface PsDocument {
  readonly instances: readonly { readonly key: string; readonly state: string }[];
}

/** The project that commands are killed on: two replicas that build on another service, and a database. */
export class ChaosProject {
  readonly playground = new Playground('chaos');

  async open(): Promise<void> {
    await this.playground.open();
    await ensureTestImage(this.playground.engine);
    await this.playground.write({
      'services/base/Dockerfile': `FROM ${testImage}\n${endless}\n`,
      'services/db/Dockerfile': [
        `FROM ${testImage}`,
        'RUN for one in mv rm sync ln; do /bin/busybox ln -s busybox /bin/$one; done && mkdir /data',
        endless,
        '',
      ].join('\n'),
    });
    await this.change(0);
  }

  /** Another version of the image and of the configuration of web: it has to be built, and replaced. */
  async change(version: number): Promise<void> {
    const web = (instance: string): object => ({
      service: 'web',
      instance,
      env_vars: { VERSION: String(version) },
      links: ['db-main:db'],
    });
    const db = { service: 'db', instance: 'main', persistent_data: true };
    await this.playground.write({
      'services/web/Dockerfile': `FROM ${this.playground.project}/base\nLABEL version=${String(version)}\n`,
      'run.conf': `${JSON.stringify([db, web('one'), web('two')])}\n`,
    });
  }

  /** Many files with one value: data of two moments would have two. */
  async writeData(value: string): Promise<void> {
    const script = `for n in $(seq ${String(files)}); do echo ${value} > /data/$n; done`;
    const { code, text } = await dockerExec(`${this.playground.project}-db-main`, ['sh', '-c', script]);
    if (code !== 0) throw new Error(`the data could not be written: ${text}`);
  }

  async readData(): Promise<string> {
    const folder = join(this.playground.directory, `data_${this.playground.project}`, 'db_main', 'data');
    const names = await readdir(folder);
    const values = await Promise.all(names.map((name) => readFile(join(folder, name), 'utf8')));
    const [first = 'none', ...others] = new Set(values.map((value) => value.trim()));
    return others.length === 0 && names.length === files
      ? first
      : `${first} and ${others.join()}, ${names.length} files`;
  }

  /** What is not as `run:all` leaves it. */
  async faults(): Promise<readonly string[]> {
    const { stdout } = await this.playground.run(['ps', '--json']);
    const { instances } = JSON.parse(stdout) as PsDocument;
    const states = instances.map(({ key, state }) => `${key} ${state}`).sort();
    const wrong = states.join() === 'db-main running,web-one running,web-two running' ? [] : [states.join()];
    const plan = await this.playground.run(['plan', '--exit-code']);
    if (plan.code !== 0) wrong.push(`plan has something to do:\n${plan.stdout}${plan.stderr}`);
    const all = { all: true, labels: { [label.project]: this.playground.project } };
    // Locks and helpers never start, and stay until a command that needs one replaces it.
    const names = (await this.playground.engine.listContainers(all))
      .filter(({ labels }) => !['lock', 'helper'].includes(labels[label.kind] ?? ''))
      .map(({ name }) => name);
    if (names.length !== states.length) wrong.push(`containers: ${names.join()}`);
    return wrong;
  }

  /** Removes files that a killed backup leaves, which are not the next command's business. */
  async removeParts(): Promise<void> {
    for (const name of await readdir(this.playground.directory))
      if (/^x\.tar/.test(name)) await rm(join(this.playground.directory, name));
  }

  close(): Promise<void> {
    return this.playground.close();
  }
}
