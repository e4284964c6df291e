import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import type { KeyStore } from '../apply/context.ts';
import { osIds } from '../build/base-images/os-table.ts';
import { openEngine as connectTo, type OpenedEngine } from '../apply/open-engine.ts';
import { FolderDigests } from '../build/input-hash.ts';
import { Remembered } from '../file-cache.ts';
import type { EngineReader, EngineSessions } from '../engine/engine.ts';
import type { ObservedState } from '../model/observed-state.ts';
import { onDemand } from '../lazy.ts';
import { observe } from '../observe/observe.ts';
import { gatherClientFacts } from '../observe/host-facts.ts';
import { findProject, type Environment, type ProjectPlace } from '../project/find-project.ts';
import type { ClientFacts } from '../model/host-facts.ts';
import { ProjectKeys } from '../project/keys/key-store.ts';
import { loadProject, type LoadedProject } from '../project/load-project.ts';
import type { Owner } from '../model/desired.ts';
import type { ApplyTools } from './apply-plan.ts';
import { cacheDirectory } from './cache-directory.ts';
import { imageSources } from './facts/image-sources.ts';
import { factsFinder } from './facts/known-facts.ts';

export interface InvocationContext {
  /** Where dockerops itself is installed. */
  readonly packageDirectory: string;
  readonly homeDirectory: string;
  readonly workingDirectory: string;
  readonly environment: Environment;
  /** Address of the engine, when the user names one. */
  readonly host?: string;
}

export interface ProjectInvocation extends InvocationContext {
  readonly name?: string;
  /** `--project-dir`. */
  readonly projectDirectory?: string;
  readonly conf?: string;
}

/** An engine and what is needed to change it. */
export interface OpenEngine {
  readonly engine: EngineReader & EngineSessions;
  readonly owner: Owner;
  readonly tools: ApplyTools;
  readonly baseImagesDirectory: string;
}

/** A project as its files say, and what may be seen of the engine that it runs on: all that a dry run gets. */
export interface ObservedProject {
  readonly engine: EngineReader;
  readonly owner: Extract<Owner, { kind: 'project' }>;
  readonly baseImagesDirectory: string;
  readonly project: LoadedProject;
  readonly keys: Pick<ProjectKeys, 'existing' | 'publicPart'>;
  /** Tells this program from any other, for what only it can use again; undefined where it was not built. */
  readonly program: () => string | undefined;
  /** For one look at the files: what has not changed since an earlier command is not read. */
  readonly newFolders: () => FolderDigests;
  readonly client: ClientFacts;
  readonly environment: Environment;
  readonly notices: readonly string[];
  /** Everything that is on the engine. The first time it may have been asked for already, while the project's files were read. */
  observe(): Promise<ObservedState>;
}

/** The same with what it takes to change things. */
export interface OpenProject extends ObservedProject, OpenEngine {
  readonly engine: OpenEngine['engine'];
  readonly owner: ObservedProject['owner'];
  readonly keys: ProjectKeys;
}

export async function connectEngine(
  host: string | undefined,
  environment: Environment = process.env,
): Promise<OpenedEngine> {
  return connectTo({ environment, platform: process.platform, ...(host === undefined ? {} : { host }) });
}

/** Where the project is; needs no engine and reads no file of it. */
export function findPlace(surroundings: ProjectInvocation): ProjectPlace {
  const { name } = surroundings;
  return findProject({
    ...surroundings,
    baseImagesDirectory: packagedBaseImages(surroundings),
    ...(name === undefined ? {} : { name }),
  });
}

/** `looks`: for a command that is going to observe the whole engine. */
export async function openProject(
  surroundings: ProjectInvocation,
  { looks = false }: { readonly looks?: boolean } = {},
): Promise<OpenProject> {
  const { environment, host, conf } = surroundings;
  const place = findPlace(surroundings);
  // The engine answers while the files are read; what is wrong with them is told first.
  const connecting = connectEngine(host, environment);
  const look = looks
    ? await beginToObserve(connecting, new Remembered(join(cacheDirectory(surroundings), 'engine.json')))
    : undefined;
  connecting.catch(() => undefined);
  const project = loadProject({ place, osIds, ...(conf === undefined ? {} : { conf }) });
  const { engine, applier } = await connecting;
  const client = gatherClientFacts();
  const owner = {
    kind: 'project',
    name: place.name,
    path: place.directory,
    get machine() {
      return client.machine;
    },
  } as const;
  const keys = new ProjectKeys(place.directory, place.name);
  const tools = toolsFor(surroundings, { engine, applier }, owner, client, keys, place.baseImagesDirectory);
  const known = join(cacheDirectory(surroundings), 'folders', `${place.name}.json`);
  return {
    engine,
    owner,
    tools,
    project,
    keys,
    client,
    environment,
    baseImagesDirectory: place.baseImagesDirectory,
    notices: project.notices,
    program: onDemand(() => programOf(surroundings)),
    newFolders: () => new FolderDigests(new Remembered(known)),
    observe: look ?? (() => observe(engine)),
  };
}

/** A question to the user takes longer, and the engine is not what it was. */
const freshNs = 1_000_000_000n;

/** Returns when the questions are on their way; what fails is told by who needs it. */
async function beginToObserve(
  connecting: Promise<OpenedEngine>,
  remembered: Remembered,
): Promise<ObservedProject['observe'] | undefined> {
  const opened = await connecting.catch(() => undefined);
  if (opened === undefined) return undefined;
  const { engine } = opened;
  const begin = process.hrtime.bigint();
  const look = (): Promise<ObservedState> => observe(engine, factsFinder(engine, remembered));
  let asked: Promise<ObservedState> | undefined = look();
  asked.catch(() => undefined);
  // The sockets are connected in the first turn and written to in the second.
  await setImmediate();
  await setImmediate();
  return () => {
    const answer = asked !== undefined && process.hrtime.bigint() - begin < freshNs ? asked : look();
    asked = undefined;
    return answer;
  };
}

/** The same engine and place, with what the project's files say now. */
export function reloadProject(opened: OpenProject, { conf }: Pick<ProjectInvocation, 'conf'>): OpenProject {
  const project = loadProject({ place: opened.project.place, osIds, ...(conf === undefined ? {} : { conf }) });
  return { ...opened, project, notices: project.notices };
}

/** For what needs no project: base images, and everything of a host. The lock is the tool's own. */
export async function openEngine(surroundings: InvocationContext): Promise<OpenEngine> {
  const { environment, host } = surroundings;
  const { engine, applier } = await connectEngine(host, environment);
  const client = gatherClientFacts();
  const owner = { kind: 'project', name: 'dockerops', path: '', machine: client.machine } as const;
  const baseImagesDirectory = baseImagesDirectoryOf(surroundings);
  return {
    engine,
    owner,
    baseImagesDirectory,
    tools: toolsFor(surroundings, { engine, applier }, owner, client, noKeys, baseImagesDirectory),
  };
}

/** Where there is no project that may name another. */
export function baseImagesDirectoryOf(surroundings: InvocationContext): string {
  return surroundings.environment['BASE_IMAGES_DIR'] ?? packagedBaseImages(surroundings);
}

function packagedBaseImages({ packageDirectory }: InvocationContext): string {
  return join(packageDirectory, 'base-image');
}

function toolsFor(
  surroundings: InvocationContext,
  { engine, applier }: OpenedEngine,
  owner: Owner,
  client: ClientFacts,
  keys: KeyStore,
  baseImagesDirectory: string,
): ApplyTools {
  return {
    applier,
    client,
    keys,
    images: imageSources({
      engine,
      runInContainer: applier.runInContainer,
      owner,
      baseImagesDirectory,
      cacheDirectory: cacheDirectory(surroundings),
    }),
  };
}

function programOf({ packageDirectory }: InvocationContext): string | undefined {
  const file = join(packageDirectory, 'dist', 'bundle-id');
  return existsSync(file) ? readFileSync(file, 'latin1') : undefined;
}

const noKeys: KeyStore = {
  read: (name) => Promise.reject(new TypeError(`there is no project to have key ${name}`)),
  create: ({ name }) => Promise.reject(new TypeError(`there is no project to have key ${name}`)),
};
