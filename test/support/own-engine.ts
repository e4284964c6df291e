import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Engine } from '../../src/lib/engine/engine.ts';
import { eventually } from './eventually.ts';
import { openRealEngine } from './real-engine.ts';
import { SmallDisk } from './small-disk.ts';

/** A second engine on this machine, whose data is on a small disk of its own. Needs root. */
export class OwnEngine implements AsyncDisposable {
  readonly address: string;
  readonly disk: SmallDisk;
  readonly engine: Engine;
  readonly #directory: string;
  readonly #daemon: ChildProcess;

  constructor(directory: string, disk: SmallDisk, engine: Engine, daemon: ChildProcess) {
    this.#directory = directory;
    this.address = addressIn(directory);
    this.disk = disk;
    this.engine = engine;
    this.#daemon = daemon;
  }

  static async start(size: string): Promise<OwnEngine> {
    const directory = await mkdtemp(join(tmpdir(), 'dops-test-engine-'));
    const disk = await SmallDisk.at(join(directory, 'data'), size);
    const places = ['--data-root', disk.directory, '--exec-root', join(directory, 'run')];
    const files = ['--pidfile', join(directory, 'pid'), '--host', addressIn(directory)];
    // In a network of its own: it would change the bridges and rules of the machine's engine, or remove them.
    const daemon = spawn('unshare', ['--net', 'dockerd', ...places, ...files], { stdio: 'ignore' });
    const request = { environment: {}, platform: process.platform, host: addressIn(directory) };
    const engine = await eventually(async () => {
      const opened = await openRealEngine(request);
      await opened.facts();
      return opened;
    }, 60_000);
    return new OwnEngine(directory, disk, engine, daemon);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const ended = once(this.#daemon, 'exit');
    this.#daemon.kill('SIGTERM');
    await ended;
    await this.disk[Symbol.asyncDispose]();
    await rm(this.#directory, { recursive: true, force: true });
  }
}

function addressIn(directory: string): string {
  return `unix://${join(directory, 'engine.sock')}`;
}
