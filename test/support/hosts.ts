import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { text } from 'node:stream/consumers';
import { dockerops } from './cli.ts';
import { docker, dockerExec } from './docker.ts';
import { eventually } from './eventually.ts';

const image = 'dops-test/host';
const recipe = `FROM dockerops/dockerops-base
RUN apt-get update && apt-get install -y --no-install-recommends docker.io iptables \\
 && rm -rf /var/lib/apt/lists/* /var/lib/docker
VOLUME /var/lib/docker
`;
/**
 * The engine of another release of Debian instead of that of Debian 12, with the runc of Debian 12: the newer one needs
 * a newer libc.
 */
const otherRecipe = `FROM ${image}
ARG RELEASE
RUN mkdir -p /tmp/new/lists/partial /tmp/new/archives/partial && cd /tmp/new \\
 && echo "deb $(awk '$1 == "deb" { print $2; exit }' /etc/apt/sources.list) $RELEASE main" > sources.list \\
 && apt="apt-get -o Dir::Etc::sourcelist=/tmp/new/sources.list -o Dir::Etc::sourceparts=- \\
   -o Dir::State::lists=/tmp/new/lists -o Dir::State::status=/dev/null -o Dir::Cache=/tmp/new \\
   -o APT::Sandbox::User=root -o Acquire::Check-Valid-Until=false" \\
 && $apt update && $apt download docker.io containerd && for package in *.deb; do dpkg -x $package root; done \\
 && cp root/usr/sbin/dockerd root/usr/sbin/docker-proxy /usr/sbin/ && cp root/usr/bin/containerd* /usr/bin/ \\
 && rm -rf /tmp/new
`;
// Files that a killed engine leaves would keep the next one from starting.
const command =
  'rm -rf /var/run/docker.pid /var/run/docker /run/containerd; ' +
  'exec dockerd -H unix:///var/run/docker.sock -H tcp://0.0.0.0:2375 --tls=false ' +
  // Of this machine, on the network of the hosts.
  '--insecure-registry 10.0.0.0/8 --insecure-registry 172.16.0.0/12 --insecure-registry 192.168.0.0/16';
// Not --privileged: it needs capabilities that a machine of continuous integration may not have.
const rights = [
  '--cap-add',
  'ALL',
  '--cap-drop',
  'SYS_RESOURCE',
  '--security-opt',
  'seccomp=unconfined',
  '--security-opt',
  'systempaths=unconfined',
  '--security-opt',
  'apparmor=unconfined',
  '--device-cgroup-rule',
  'a *:* rwm',
  '-v',
  '/sys/fs/cgroup:/sys/fs/cgroup:rw',
  '--cgroupns',
  'host',
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

  /** The images of hosts are built once on the base image, and stay. */
  async open(releases: readonly string[] = []): Promise<void> {
    const base = await dockerops(['init'], { cwd: tmpdir() });
    if (base.code !== 0) throw new Error(`the base images could not be made: ${base.stderr}`);
    await build(image, recipe, []);
    for (const release of releases)
      await build(`${image}-${release}`, otherRecipe, ['--build-arg', `RELEASE=${release}`]);
    await docker('network', 'create', '--label', 'dockerops.test=hosts', this.#prefix);
  }

  /** The address of this machine on the network of the hosts. */
  gateway(): Promise<string> {
    return docker('network', 'inspect', '--format', '{{(index .IPAM.Config 0).Gateway}}', this.#prefix);
  }

  /** Starts a host with the engine of Debian 12, or of a release that was given to `open`; `options`: of dockerd. */
  async start(name: string, release?: string, options = ''): Promise<Host> {
    const container = `${this.#prefix}-${name}`;
    this.#made.push(container);
    await docker(
      'run',
      '-d',
      '--name',
      container,
      '--hostname',
      name,
      '--label',
      'dockerops.test=hosts',
      '--network',
      this.#prefix,
      ...rights,
      '--cgroup-parent',
      `/${container}`,
      '--entrypoint',
      'sh',
      release === undefined ? image : `${image}-${release}`,
      '-c',
      `${command} ${options}`,
    );
    const address = await docker(
      'inspect',
      '--format',
      '{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}',
      container,
    );
    const host = { container, address, engine: `tcp://${address}:2375` };
    await this.awaitEngine(host);
    return host;
  }

  async awaitEngine({ container }: Host): Promise<void> {
    await eventually(async () => {
      const { code, text: output } = await dockerExec(container, ['docker', 'info']);
      if (code !== 0) throw new Error(`${container}: ${output}${await docker('logs', '--tail', '20', container)}`);
    }, 60_000);
  }

  /** Copies images from the engine of this machine, with all their names. */
  async load({ container }: Host, references: readonly string[]): Promise<void> {
    const save = spawn('docker', ['save', ...references], { stdio: ['ignore', 'pipe', 'inherit'] });
    const load = spawn('docker', ['exec', '-i', container, 'docker', 'load', '-q'], {
      stdio: ['pipe', 'ignore', 'inherit'],
    });
    save.stdout.pipe(load.stdin);
    const codes = await Promise.all([once(save, 'close'), once(load, 'close')]);
    if (codes.some(([code]) => code !== 0)) throw new Error(`images could not be copied to ${container}`);
  }

  async close(): Promise<void> {
    if (process.env['E2E_KEEP'] === '1') return;
    // Mounts in a host may be busy for a moment; a host that did not start does not exist.
    const outcomes = await Promise.allSettled(this.#made.map((container) => eventually(() => removeHost(container))));
    await docker('network', 'rm', this.#prefix).catch(() => {});
    for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
  }
}

async function removeHost(container: string): Promise<void> {
  const there = await docker('ps', '-aq', '--filter', `name=^/${container}$`);
  if (there !== '') await docker('rm', '-fv', container);
}

async function build(tag: string, dockerfile: string, words: readonly string[]): Promise<void> {
  const child = spawn('docker', ['build', '-q', '-t', tag, ...words, '-'], { stdio: ['pipe', 'ignore', 'pipe'] });
  child.stdin.end(dockerfile);
  const [output, [code]] = await Promise.all([text(child.stderr), once(child, 'close') as Promise<[number]>]);
  if (code !== 0) throw new Error(`${tag} could not be built: ${output}`);
}
