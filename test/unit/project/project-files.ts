import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { UserError } from '../../../src/lib/errors.ts';
import type { ObservedState } from '../../../src/lib/model/observed-state.ts';
import type { Environment } from '../../../src/lib/project/find-project.ts';
import type { HostFacts } from '../../../src/lib/model/host-facts.ts';
import { findProject } from '../../../src/lib/project/find-project.ts';
import { type LoadedProject, loadProject } from '../../../src/lib/project/load-project.ts';
import type { Needs } from '../../../src/lib/project/needed-files.ts';
import type { InstanceSpec } from '../../../src/lib/model/desired.ts';
import { type Resolution, resolveProject } from '../../../src/lib/project/resolve/resolve.ts';
import type { RunRequest } from '../../../src/lib/model/run-request.ts';
import { facts, observed } from '../../support/specs.ts';

/** The complaint that an act ends with; anything else thrown is a bug. */
export function error(act: () => unknown): UserError {
  try {
    act();
  } catch (thrown) {
    if (thrown instanceof UserError) return thrown;
    throw thrown;
  }
  throw new Error('nothing was thrown');
}

const made: string[] = [];

/** A directory `demo` with files; gone after the tests. */
export function projectDirectory(files: Readonly<Record<string, string>>): string {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'dockerops-project-')));
  made.push(root);
  const directory = join(root, 'demo');
  mkdirSync(directory);
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(directory, name)), { recursive: true });
    writeFileSync(join(directory, name), text);
  }
  return directory;
}

after(function () {
  // Hundreds of directories: a busy disk takes its time.
  this.timeout(60_000);
  for (const root of made) rmSync(root, { recursive: true, force: true });
});

export function loadFiles(files: Readonly<Record<string, string>>, conf?: string, needs: Needs = 'all'): LoadedProject {
  const place = findProject({
    workingDirectory: projectDirectory({ 'run.conf': '[]', ...files }),
    environment: {},
    baseImagesDirectory: '/package/base-image',
  });
  return loadProject({ place, osIds: ['debian12'], needs, ...(conf === undefined ? {} : { conf }) });
}

export const onBase = 'FROM dockerops/dockerops-base\n';

export interface Scene {
  readonly conf?: readonly unknown[];
  readonly files?: Readonly<Record<string, string>>;
  readonly request?: Partial<RunRequest>;
  readonly environment?: Environment;
  readonly observed?: Partial<ObservedState>;
  readonly facts?: HostFacts;
}

/**
 * Resolves a project that is called demo, with the services web, db and db-main on the base image and plain on none.
 */
export function resolveScene(scene: Scene): Resolution {
  const services = Object.fromEntries(['web', 'db', 'db-main'].map((name) => [`services/${name}/Dockerfile`, onBase]));
  const project = loadFiles({
    ...services,
    'services/plain/Dockerfile': 'FROM debian:12\n',
    'run.conf': JSON.stringify(scene.conf ?? [], null, 1),
    ...scene.files,
  });
  return resolveProject({
    project,
    request: { target: 'all', switches: {}, ...scene.request },
    facts: scene.facts ?? facts,
    observed: observed(scene.observed),
    environment: scene.environment ?? {},
    existingKeys: new Set(),
    newName: () => '0a1b2c3d',
  });
}

export function instanceOf({ desired }: Resolution, key: string): InstanceSpec {
  const found = desired.instances.find((spec) => spec.key === key);
  if (found === undefined) throw new Error(`no ${key} among ${desired.instances.map((spec) => spec.key).join(', ')}`);
  return found;
}

export function variableOf(resolution: Resolution, key: string, name: string): unknown {
  return instanceOf(resolution, key).environment.find((variable) => variable.name === name)?.value;
}
