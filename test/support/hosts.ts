import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { docker, dockerExec } from './docker.ts';
import { eventually } from './eventually.ts';

const image = 'dops-test/host:latest';
const recipe = `FROM dockerops/dockerops-base
RUN apt-get update && apt-get install -y --no-install-recommends docker.io iptables && rm -rf /var/lib/apt/lists/* /var/lib/docker
VOLUME /var/lib/docker
`;
// What a killed engine leaves would keep the next one from starting.
const command = 'rm -rf /var/run/docker.pid /var/run/docker /run/containerd; exec dockerd -H unix:///var/run/docker.sock -H tcp://0.0.0.0:2375 --tls=false';
// Not plain --privileged: it asks for what a machine of continuous integration may not have to give.
const rights = [
  '--cap-add', 'ALL', '--cap-drop', 'SYS_RESOURCE', '--security-opt', 'seccomp=unconfined', '--security-opt', 'systempaths=unconfined', '--security-opt', 'apparmor=unconfined',
  '--device-cgroup-rule', 'a *:* rwm', '-v', '/sys/fs/cgroup:/sys/fs/cgroup:rw', '--cgroupns', 'host',
];

/** A machine with an engine of its own: a container. */
export interface Host {
  readonly container: string;
  /** On the network that the hosts share. */
  readonly address: string;
  /** For `dockerops --host`. */
  readonly engine: string;
}

/** Hosts on a network of their own, which no engine of a test project knows. */
export class Hosts {
  readonly #prefix: string;
  readonly #made: string[] = [];

  constructor(prefix: string) {
    this.#prefix = prefix;
  }

  /** Needs the base image. The host's image is built once and stays. */
  async open(): Promise<void> {
    const build = spawn('docker', ['build', '-q', '-t', image, '-'], { stdio: ['pipe', 'ignore', 'ignore'] });
    build.stdin.end(recipe);
    const [code] = (await once(build, 'close')) as [number];
    if (code !== 0) throw new Error('the image of a host could not be built');
    await docker('network', 'create', '--label', 'dockerops.test=hosts', this.#prefix);
  }

  async start(name: string): Promise<Host> {
    const container = `${this.#prefix}-${name}`;
    await docker('run', '-d', '--name', container, '--hostname', name, '--label', 'dockerops.test=hosts', '--network', this.#prefix, ...rights, '--cgroup-parent', `/${container}`, '--entrypoint', 'sh', image, '-c', command);
    this.#made.push(container);
    const address = await docker('inspect', '--format', '{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}', container);
    const host = { container, address, engine: `tcp://${address}:2375` };
    await this.awaitEngine(host);
    return host;
  }

  async awaitEngine({ container }: Host): Promise<void> {
    await eventually(async () => {
      const { code, text } = await dockerExec(container, ['docker', 'info']);
      if (code !== 0) throw new Error(`${container}: ${text}${await docker('logs', '--tail', '20', container)}`);
    }, 60_000);
  }

  /** Copies images of this machine's engine, with all their names. */
  async load({ container }: Host, references: readonly string[]): Promise<void> {
    const save = spawn('docker', ['save', ...references], { stdio: ['ignore', 'pipe', 'inherit'] });
    const load = spawn('docker', ['exec', '-i', container, 'docker', 'load', '-q'], { stdio: ['pipe', 'ignore', 'inherit'] });
    save.stdout.pipe(load.stdin);
    const codes = await Promise.all([once(save, 'close'), once(load, 'close')]);
    if (codes.some(([code]) => code !== 0)) throw new Error(`images could not be copied to ${container}`);
  }

  async close(): Promise<void> {
    if (process.env['E2E_KEEP'] === '1') return;
    for (const container of this.#made) await docker('rm', '-fv', container);
    await docker('network', 'rm', this.#prefix).catch(() => {});
  }
}
