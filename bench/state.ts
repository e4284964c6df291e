import { isDeepStrictEqual } from 'node:util';
import { callEngine, listContainers, prefix } from './engine-api.ts';
import { containerName, type BenchProject } from './project.ts';

/** The properties of a container that must be equal for all tools. */
interface ContainerFacts {
  readonly running: boolean;
  readonly layers: readonly string[];
  readonly command: readonly string[];
  readonly hostname: string;
  readonly restart: string;
  readonly stopSignal: string;
  readonly log: unknown;
  readonly networks: readonly unknown[];
}

interface Inspected {
  readonly Image: string;
  readonly Path: string;
  readonly Args: readonly string[];
  readonly State: { readonly Running: boolean };
  readonly Config: { readonly Hostname: string; readonly StopSignal?: string };
  readonly HostConfig: { readonly RestartPolicy: { readonly Name: string }; readonly LogConfig: unknown };
  readonly NetworkSettings: {
    readonly Networks: Readonly<Record<string, { readonly Aliases: readonly string[] | null }>>;
  };
}

/** State of a project on the engine by service name, independent of the tool that made it. */
export async function readState(project: BenchProject): Promise<Record<string, ContainerFacts>> {
  const rows = await listContainers(`${project.name}-`);
  const facts = await Promise.all(
    rows.map(
      async ({ Id, Names }) =>
        [(Names[0] ?? '').slice(project.name.length + 2), await readContainer(Id, project)] as const,
    ),
  );
  return Object.fromEntries(facts.sort(([a], [b]) => (a < b ? -1 : 1)));
}

async function readContainer(id: string, project: BenchProject): Promise<ContainerFacts> {
  const container = await callEngine<Inspected>('GET', `/containers/${id}/json`);
  return {
    running: container.State.Running,
    layers: await readLayers(container.Image),
    command: [container.Path, ...container.Args],
    hostname: container.Config.Hostname,
    restart: container.HostConfig.RestartPolicy.Name,
    stopSignal: container.Config.StopSignal ?? '',
    log: container.HostConfig.LogConfig,
    networks: Object.entries(container.NetworkSettings.Networks).map(([name, { Aliases }]) => ({
      ours: name.replace(/^dockerops-/, '').startsWith(project.name),
      // Left out: the short id, which the engine adds, and the container name, which compose adds.
      aliases: [...new Set(Aliases)].filter((alias) => !id.startsWith(alias) && !alias.startsWith(prefix)).sort(),
    })),
  };
}

async function readLayers(image: string): Promise<readonly string[]> {
  const found = await callEngine<{ RootFS: { Layers: readonly string[] } } | undefined>(
    'GET',
    `/images/${encodeURIComponent(image)}/json`,
  );
  return found?.RootFS.Layers ?? [];
}

/** Container ids of the project by name. */
export async function readIds(project: BenchProject): Promise<Record<string, string>> {
  const rows = await listContainers(`${project.name}-`);
  return Object.fromEntries(rows.map(({ Id, Names }) => [(Names[0] ?? '').slice(1), Id]));
}

export async function readImages(project: BenchProject): Promise<readonly (readonly string[])[]> {
  return Promise.all(project.services.map((service) => readLayers(`${project.name}/${service}`)));
}

export function assertUp(project: BenchProject, state: Record<string, ContainerFacts>): void {
  const missing = project.services.filter((service) => state[containerName('', service).slice(1)]?.running !== true);
  if (missing.length > 0) throw new Error(`${project.name}: not running: ${missing.join(', ')}`);
}

export async function assertDown(project: BenchProject): Promise<void> {
  const left = await listContainers(`${project.name}-`);
  const networks = await callEngine<{ Name: string }[]>('GET', '/networks');
  const names = [
    ...left.flatMap((row) => row.Names),
    ...networks
      .map(({ Name }) => Name)
      .filter(
        (name) => [project.name, `dockerops-${project.name}`].includes(name) || name.startsWith(`${project.name}_`),
      ),
  ];
  if (names.length > 0) throw new Error(`${project.name}: left after cleaning: ${names.join(', ')}`);
}

/** Throws unless the projects of all tools are equal: required before anything is measured. */
export function assertEqual(what: string, values: readonly { readonly tool: string; readonly value: unknown }[]): void {
  const [first, ...others] = values;
  for (const other of others) {
    if (!isDeepStrictEqual(first?.value, other.value))
      throw new Error(
        `${what} differs between ${String(first?.tool)} and ${other.tool}:\n` +
          firstDifference(first?.value, other.value),
      );
  }
}

function firstDifference(a: unknown, b: unknown): string {
  const [left, right] = [a, b].map((value) => JSON.stringify(value, undefined, 1).split('\n')) as [string[], string[]];
  const index = left.findIndex((line, at) => line !== right[at]);
  return [left, right].map((lines) => lines.slice(Math.max(0, index - 3), index + 3).join('\n')).join('\n--- and\n');
}
