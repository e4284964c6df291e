import { delimiter, dirname, resolve } from 'node:path';
import { execa } from 'execa';
import { bareContainer, containerName, type BenchProject } from './project.ts';
import { callEngine, filters, inPool, listContainers, type ContainerRow } from './engine-api.ts';
import type { Peer } from './peer.ts';

export type Verb = 'build' | 'up' | 'upWait' | 'update' | 'down' | 'ps' | 'version' | 'help';

export interface Command {
  readonly file: string;
  readonly arguments: readonly string[];
}

/** One of the tools to compare. */
export interface Tool {
  readonly name: 'dockerops' | 'compose' | 'floor';
  readonly environment: Readonly<Record<string, string>>;
  /** The child process for a verb. Undefined: the tool runs inside the bench. */
  command(verb: Verb): Command | undefined;
  run(verb: Verb, project: BenchProject): Promise<string>;
}

/** How dockerops is started from a clone. */
export const launcher = resolve(import.meta.dirname, '../dockerops');

export function dockeropsTool(peer: Peer, signal: AbortSignal): Tool {
  const verbs: Record<Verb, readonly string[]> = {
    build: ['build:all'],
    up: ['run:all'],
    // It waits by default.
    upWait: ['run:all'],
    update: ['run:all,build=True,replace=True'],
    down: ['clean:all,force'],
    ps: ['ps'],
    version: ['version'],
    help: ['--help'],
  };
  return childTool('dockerops', peer, signal, (verb) => ({ file: launcher, arguments: verbs[verb] }));
}

export function composeTool(peer: Peer, signal: AbortSignal): Tool {
  const verbs: Record<Verb, readonly string[]> = {
    build: ['build'],
    up: ['up', '-d'],
    upWait: ['up', '-d', '--wait'],
    update: ['up', '-d', '--build'],
    down: ['down'],
    ps: ['ps'],
    version: ['version'],
    help: ['--help'],
  };
  return childTool('compose', peer, signal, (verb) => ({ file: peer.docker, arguments: ['compose', ...verbs[verb]] }));
}

function childTool(name: Tool['name'], peer: Peer, signal: AbortSignal, command: (verb: Verb) => Command): Tool {
  const environment = cleanEnvironment(peer);
  return {
    name,
    environment,
    command,
    run: async (verb, project) => {
      const { file, arguments: args } = command(verb);
      const { stdout } = await execa(file, args, {
        cwd: project.directory,
        env: environment,
        extendEnv: false,
        stdin: 'ignore',
        cancelSignal: signal,
      });
      return stdout;
    },
  };
}

/** Without variables of this shell that change what a tool does. */
function cleanEnvironment(peer: Peer): Record<string, string> {
  const kept = ['HOME', 'DOCKER_HOST', 'TMPDIR', 'LANG'].flatMap((name) => {
    const value = process.env[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  // The Node of the bench first, whatever the machine has in its PATH.
  const path = [dirname(process.execPath), process.env['PATH'] ?? ''].join(delimiter);
  return { ...Object.fromEntries(kept), PATH: path, DOCKER_CONFIG: peer.configuration };
}

/** How many containers are created at once; with 4 to 6 the engine is fastest. */
const width = 5;

/** A bare HTTP client inside the bench measures the time of the engine alone: no tool can be faster. */
export function floorTool(): Tool {
  return {
    name: 'floor',
    environment: {},
    command: () => undefined,
    run: async (verb, project) => {
      if (verb === 'up') await floorUp(project);
      else if (verb === 'down') await floorDown(project);
      else if (verb === 'ps') return floorPs(project);
      else if (verb === 'version' || verb === 'help') await execa(process.execPath, ['-e', '0']);
      else throw new Error(`the floor cannot ${verb}`);
      return '';
    },
  };
}

async function floorUp(project: BenchProject): Promise<void> {
  const found = await callEngine('GET', `/networks/${project.name}`);
  if (found === undefined)
    await callEngine('POST', '/networks/create', { Name: project.name, Labels: { 'bench.project': project.name } });
  await inPool(project.services, width, async (service) => {
    const name = containerName(project.name, service);
    const { Id } = await callEngine<{ Id: string }>(
      'POST',
      `/containers/create?name=${name}`,
      bareContainer(project.name, service, project.name),
    );
    await callEngine('POST', `/containers/${Id}/start`);
  });
}

async function floorDown(project: BenchProject): Promise<void> {
  await inPool(await listContainers(`${project.name}-`), width, async ({ Id }) => {
    await callEngine('POST', `/containers/${Id}/stop`);
    await callEngine('DELETE', `/containers/${Id}`);
  });
  // Engine 20.10 loses count of endpoints when many containers are removed at once; then the network is reused.
  await callEngine('DELETE', `/networks/${project.name}`).catch(() => undefined);
}

async function floorPs(project: BenchProject): Promise<string> {
  const rows = await callEngine<ContainerRow[]>(
    'GET',
    `/containers/json?${filters({ label: [`bench.project=${project.name}`] })}`,
  );
  return rows.flatMap((row) => row.Names).join('\n');
}
