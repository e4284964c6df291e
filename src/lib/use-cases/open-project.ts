import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { osIds } from '../build/base-images/os-table.ts';
import { FolderDigests } from '../build/input-hash.ts';
import type { EngineReader } from '../engine/engine.ts';
import { Remembered } from '../file-cache.ts';
import { onDemand } from '../lazy.ts';
import type { Owner } from '../model/desired.ts';
import type { ClientFacts } from '../model/host-facts.ts';
import type { ObservedState } from '../model/observed-state.ts';
import { gatherClientFacts } from '../observe/host-facts.ts';
import { observeWithoutImages } from '../observe/observe.ts';
import type { Environment, ProjectPlace } from '../project/find-project.ts';
import { ProjectKeys } from '../project/keys/key-store.ts';
import { loadProject, type LoadedProject } from '../project/load-project.ts';
import type { Needs } from '../project/needed-files.ts';
import { withoutShellVariables } from '../project/resolve/environment/shell-variables.ts';
import { cacheDirectory } from '../cache-directory.ts';
import { observeEarly } from './facts/early-observation.ts';
import { findPlace, type InvocationContext, type ProjectInvocation } from './invocation.ts';
import { applyTools, connectEngine, type OpenEngine } from './open-engine.ts';

type ProjectOwner = Extract<Owner, { kind: 'project' }>;

/** A loaded project and its engine, read-only: all that a dry run needs. */
export interface ObservedProject {
  readonly engine: EngineReader;
  readonly owner: ProjectOwner;
  readonly baseImagesDirectory: string;
  readonly project: LoadedProject;
  readonly keys: Pick<ProjectKeys, 'existing' | 'publicPart'>;
  /**
   * Identity of this build of dockerops, for caches that another build must not use; undefined if it runs from source.
   */
  readonly program: () => string | undefined;
  /** Digests of service folders; folders that have not changed since an earlier command are not read. */
  readonly newFolders: () => FolderDigests;
  readonly client: ClientFacts;
  readonly environment: Environment;
  readonly notices: readonly string[];
  /**
   * Everything on the engine but its images. The first answer may have been requested while the project's files were
   * read.
   */
  observe(): Promise<ObservedState>;
}

/** A loaded project, and what it takes to change its engine. */
export interface OpenProject extends ObservedProject, OpenEngine {
  readonly engine: OpenEngine['engine'];
  readonly owner: ProjectOwner;
  readonly keys: ProjectKeys;
}

export interface OpenOptions {
  /** What the command needs of the project's files; absent: everything. */
  readonly needs?: Needs;
  /** For commands that observe the whole engine: it is asked while the files are read. */
  readonly observes?: boolean;
  /** Gets a sentence if others have the project's keys, when these are used. */
  readonly onExposedKeys?: (text: string) => void;
}

/**
 * Finds and loads the project and connects to its engine. Problems of the files are reported before those of the
 * engine.
 */
export async function openProject(
  invocation: ProjectInvocation,
  { needs = 'all', observes = false, onExposedKeys }: OpenOptions = {},
): Promise<OpenProject> {
  const place = findPlace(invocation);
  const connecting = connectEngine(invocation);
  const early = observes ? await observeEarly(connecting, remembered(invocation, 'engine.json')) : undefined;
  connecting.catch(() => undefined);
  const project = load(place, invocation, needs);
  const connection = await connecting;
  const { baseImagesDirectory } = place;
  const identity = identityOf(place, onExposedKeys);
  return {
    ...identity,
    ...projectCaches(invocation, place),
    project,
    baseImagesDirectory,
    engine: connection.engine,
    tools: applyTools({ connection, invocation, baseImagesDirectory, ...identity }),
    environment: withoutShellVariables(invocation.environment),
    notices: [...project.notices, ...connection.notices],
    observe: early ?? (() => observeWithoutImages(connection.engine)),
  };
}

/** The same engine and place, with the project's files loaded again. */
export function reloadProject(
  opened: OpenProject,
  invocation: Pick<ProjectInvocation, 'conf'>,
  needs: Needs,
): OpenProject {
  const project = load(opened.project.place, invocation, needs);
  return { ...opened, project, notices: project.notices };
}

function load(place: ProjectPlace, { conf }: Pick<ProjectInvocation, 'conf'>, needs: Needs): LoadedProject {
  return loadProject({ place, osIds, needs, ...(conf === undefined ? {} : { conf }) });
}

/** Who works on the project: owner of what is created, this machine, and the keys of the project. */
function identityOf(
  { name, directory }: ProjectPlace,
  onExposedKeys: OpenOptions['onExposedKeys'],
): Pick<OpenProject, 'owner' | 'client' | 'keys'> {
  const client = gatherClientFacts();
  const owner = {
    kind: 'project',
    name,
    path: directory,
    // Read on demand: not every command needs the machine's identity.
    get machine() {
      return client.machine;
    },
  } as const;
  return { owner, client, keys: new ProjectKeys(directory, name, onExposedKeys) };
}

function projectCaches(
  invocation: InvocationContext,
  { name }: ProjectPlace,
): Pick<ObservedProject, 'program' | 'newFolders'> {
  return {
    program: onDemand(() => programOf(invocation)),
    newFolders: () => new FolderDigests(remembered(invocation, 'folders', `${name}.json`)),
  };
}

function remembered(invocation: InvocationContext, ...path: readonly string[]): Remembered {
  const cache = cacheDirectory(invocation);
  return new Remembered(cache === undefined ? undefined : join(cache, ...path));
}

function programOf({ packageDirectory }: InvocationContext): string | undefined {
  const file = join(packageDirectory, 'dist', 'bundle-id');
  return existsSync(file) ? readFileSync(file, 'latin1') : undefined;
}
