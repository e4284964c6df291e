import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { loadAptSources, mirrorLines } from '../../src/lib/build/base-images/apt-sources.ts';
import { docker, dockerExec } from './docker.ts';

/** What a small Debian host has besides: systemd, and what shows man pages and completes words. */
const packages = ['bash-completion', 'man-db', 'systemd'];

/** A container of a small Debian, which has no network. */
export class DebianMachine implements AsyncDisposable {
  readonly #container: string;

  private constructor(container: string) {
    this.#container = container;
  }

  /** The image of each release is made once, from the archive, and stays. */
  static async start(release: string, name: string, options: readonly string[]): Promise<DebianMachine> {
    const image = `dops-test/debian-${release}`;
    if ((await docker('images', '-q', image)) === '') await makeImage(release, image);
    const words = ['--name', name, '--label', 'dockerops.test=debian', '--network', 'none', ...options];
    await docker('run', '-d', ...words, image, 'sleep', 'infinity');
    return new DebianMachine(name);
  }

  /** The output of a script for bash; throws when it fails. */
  async run(script: string): Promise<string> {
    const { code, text: output } = await dockerExec(this.#container, ['bash', '-ec', script]);
    if (code !== 0) throw new Error(`exit code ${code} of ${script}:\n${output}`);
    return output;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await docker('rm', '-fv', this.#container);
  }
}

async function makeImage(release: string, image: string): Promise<void> {
  const lines = mirrorLines(await loadAptSources(), release);
  const words = ['--variant=minbase', `--include=${packages.join(',')}`, release, '-', ...lines];
  const made = spawn('mmdebstrap', words, { stdio: ['ignore', 'pipe', 'pipe'] });
  const imported = spawn('docker', ['import', '-', image], { stdio: ['pipe', 'ignore', 'inherit'] });
  made.stdout.pipe(imported.stdin);
  const [errors, ...codes] = await Promise.all([text(made.stderr), once(made, 'close'), once(imported, 'close')]);
  if (codes.some(([code]) => code !== 0)) throw new Error(`${image} could not be made: ${errors}`);
}
