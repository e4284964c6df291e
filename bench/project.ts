import { mkdir, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { baseImage } from './engine-api.ts';

export interface BenchProject {
  /** Compose project and dockerops project; also the first part of its images. */
  readonly name: string;
  readonly directory: string;
  readonly services: readonly string[];
}

/** Common to both files. `sleep` as process 1 ignores TERM, hence the stop signal. */
const settings = {
  instance: 'a',
  restart: 'unless-stopped',
  signal: 'SIGKILL',
  log: { 'max-size': '10m', 'max-file': '3' },
} as const;

/**
 * A project of `size` services with one instance each, as run.conf and, with the same meaning, as compose.yaml.
 */
export async function writeProject(directory: string, name: string, size: number): Promise<BenchProject> {
  const services = Array.from({ length: size }, (_, index) => `s${String(index + 1).padStart(3, '0')}`);
  for (const service of services) await writeService(directory, service);
  await writeFile(join(directory, 'run.conf'), JSON.stringify(services.map(runConfEntry), undefined, 2));
  // JSON is valid YAML.
  await writeFile(join(directory, 'compose.yaml'), JSON.stringify(composeFile(name, services), undefined, 2));
  return { name, directory, services };
}

export function containerName(project: string, service: string): string {
  return `${project}-${service}-${settings.instance}`;
}

/** The body of a create request for a container like those of the tools. */
export function bareContainer(project: string, service: string, network: string): unknown {
  return {
    Image: `${project}/${service}`,
    Hostname: `${service}-${settings.instance}`,
    StopSignal: settings.signal,
    Labels: { 'bench.project': project },
    HostConfig: {
      NetworkMode: network,
      RestartPolicy: { Name: settings.restart },
      LogConfig: { Type: 'json-file', Config: settings.log },
    },
    NetworkingConfig: { EndpointsConfig: { [network]: { Aliases: [service, `${service}-${settings.instance}`] } } },
  };
}

/**
 * Writes an edition of the changing file of a service; the same edition has the same content and times in all projects.
 */
export async function changeService(project: BenchProject, service: string, edition: number): Promise<void> {
  await writeContent(join(project.directory, 'services', service), edition);
}

async function writeService(directory: string, service: string): Promise<void> {
  const folder = join(directory, 'services', service);
  await mkdir(join(folder, 'etc'), { recursive: true });
  await writeFile(join(folder, 'Dockerfile'), `FROM ${baseImage}\nCOPY etc /etc/bench\n`);
  await writeContent(folder, 0);
}

async function writeContent(folder: string, edition: number): Promise<void> {
  const path = join(folder, 'etc', 'content');
  await writeFile(path, `edition ${String(edition)}\n`, { mode: 0o644 });
  // Equal times make equal layers. Each edition has a new time, as a builder may compare nothing else.
  const time = new Date(Date.UTC(2020, 0, 1) + edition * 1000);
  for (const changed of [path, join(folder, 'etc')]) await utimes(changed, time, time);
}

function runConfEntry(service: string): unknown {
  return { service, instance: settings.instance, restart: settings.restart, stop_signal: settings.signal };
}

function composeFile(name: string, services: readonly string[]): unknown {
  const entry = (service: string) => ({
    image: `${name}/${service}`,
    build: { context: `./services/${service}` },
    container_name: containerName(name, service),
    hostname: `${service}-${settings.instance}`,
    restart: settings.restart,
    stop_signal: settings.signal,
    networks: { default: { aliases: [service, `${service}-${settings.instance}`] } },
    logging: { driver: 'json-file', options: settings.log },
  });
  return { name, services: Object.fromEntries(services.map((service) => [service, entry(service)])) };
}
