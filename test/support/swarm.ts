import type { Engine } from '../../src/lib/engine/engine.ts';
import { dockerExec } from './docker.ts';
import { eventually } from './eventually.ts';
import { Hosts, type Host } from './hosts.ts';
import { openRealEngine } from './real-engine.ts';

/** A Swarm of machines that are containers: see `Hosts`. Never the engine of this machine. */
export class TestSwarm {
  readonly #hosts: Hosts;
  /** That others join; the first one until it is told otherwise. */
  #leader: Host | undefined;

  constructor(prefix: string) {
    this.#hosts = new Hosts(prefix);
  }

  /** Starts the first manager. */
  async open(images: readonly string[]): Promise<Host> {
    await this.#hosts.open();
    const leader = await this.start('manager-1', images);
    await run(leader, 'swarm', 'init', '--advertise-addr', leader.address);
    this.#leader = leader;
    return leader;
  }

  /** The address of this machine for the machines of the Swarm. */
  gateway(): Promise<string> {
    return this.#hosts.gateway();
  }

  /** Starts a machine that is in no Swarm yet. */
  async start(name: string, images: readonly string[]): Promise<Host> {
    const host = await this.#hosts.start(name);
    if (images.length > 0) await this.#hosts.load(host, images);
    return host;
  }

  /** Lets a machine join as a worker or as another manager. */
  async join(host: Host, role: 'worker' | 'manager' = 'worker'): Promise<void> {
    const leader = this.leader;
    const token = await run(leader, 'swarm', 'join-token', '-q', role);
    await run(host, 'swarm', 'join', '--advertise-addr', host.address, '--token', token, `${leader.address}:2377`);
  }

  /** Lets later machines join at this manager. */
  joinAt(manager: Host): void {
    this.#leader = manager;
  }

  get leader(): Host {
    if (this.#leader === undefined) throw new TypeError('the Swarm is not open');
    return this.#leader;
  }

  awaitEngine(host: Host): Promise<void> {
    return this.#hosts.awaitEngine(host);
  }

  close(): Promise<void> {
    return this.#hosts.close();
  }
}

/** Docker's command line on a machine. */
export async function run({ container }: Host, ...words: readonly string[]): Promise<string> {
  const { code, text } = await dockerExec(container, ['docker', ...words]);
  if (code !== 0) throw new Error(`docker ${words.join(' ')} on ${container}: ${text}`);
  return text.trim();
}

/** The engine of a machine. */
export async function engineOf({ engine }: Host): Promise<Engine> {
  return eventually(() => openRealEngine({ environment: {}, platform: process.platform, host: engine }), 60_000);
}
