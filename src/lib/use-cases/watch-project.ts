import { basename, dirname, join, relative, resolve } from 'node:path';
import { contextRules } from '../engine/archive/context-rules.ts';
import { DockeropsError, Interrupted } from '../errors.ts';
import { resolveImages } from '../project/resolve/images/image-specs.ts';
import { envFilesOf } from '../project/load-env-files.ts';
import type { LoadedProject } from '../project/load-project.ts';
import { secretFilesOf } from '../project/load-secret-files.ts';
import { unknownService } from '../project/services.ts';
import type { ChangeResult } from './apply-plan.ts';
import { FileWatch, type WatchedFolder } from './file-watch.ts';
import type { OpenProject } from './open-project.ts';

export type WatchEvent =
  /** Relative to the project. */
  | { readonly type: 'watching'; readonly folders: readonly string[] }
  | { readonly type: 'saved'; readonly paths: readonly string[] }
  | { readonly type: 'done'; readonly result: ChangeResult; readonly seconds: number }
  /** Running instances are kept; the next save tries again. */
  | { readonly type: 'failed'; readonly error: DockeropsError };

export interface WatchWork {
  /** A service, or undefined for all. */
  readonly service: string | undefined;
  readonly signal: AbortSignal;
  /** Reads the project's files again. */
  reload(): OpenProject;
  /** Brings what runs in line with them: a run that builds and replaces. */
  change(opened: OpenProject): Promise<ChangeResult>;
}

/**
 * Runs the project, and again on each save. The file system only says that something changed; the plan of each run
 * finds out what. Throws if the project cannot be read at the start; ends with the signal.
 */
export async function* watchProject(work: WatchWork): AsyncGenerator<WatchEvent, void, undefined> {
  using files = new FileWatch();
  let shown = '';
  for (let isFirst = true; !work.signal.aborted; isFirst = false) {
    try {
      const opened = work.reload();
      const folders = foldersOf(opened.project, work.service);
      files.set(folders);
      const names = folders.map(({ directory }) => relative(opened.project.place.directory, directory) || '.');
      if (shown !== names.join()) yield { type: 'watching', folders: names };
      shown = names.join();
      yield* pass(work);
    } catch (error) {
      if (isFirst || !(error instanceof DockeropsError)) throw error;
      yield { type: 'failed', error };
    }
    const paths = await files.next(work.signal);
    if (paths.length > 0) yield { type: 'saved', paths };
  }
}

/** Reads the files again, so that everything saved before this is part of the run, and a later save is a new event. */
async function* pass(work: WatchWork): AsyncGenerator<WatchEvent, void, undefined> {
  const begin = performance.now();
  try {
    const result = await work.change(work.reload());
    yield { type: 'done', result, seconds: (performance.now() - begin) / 1000 };
  } catch (error) {
    if (error instanceof Interrupted || work.signal.aborted) return;
    if (!(error instanceof DockeropsError)) throw error;
    yield { type: 'failed', error };
  }
}

/** The folders that the service (or all) is built from, and those of the confs and the files that they name. */
function foldersOf(project: LoadedProject, name: string | undefined): readonly WatchedFolder[] {
  const { services, place } = project;
  const service = name === undefined ? undefined : services.get(name);
  if (name !== undefined && service === undefined) throw unknownService(name, services, place.servicesDirectory);
  const { images } = resolveImages(
    service === undefined ? [...services.values()].filter(({ kind }) => kind === 'folder') : [service],
    [],
    project,
  );
  const built = images.flatMap(({ source }) =>
    source.kind === 'folder' ? [{ directory: source.directory, ...contextRules(source.directory, source) }] : [],
  );
  return [...built, ...filesOf(project), ...(name === undefined ? [newServices(place.servicesDirectory)] : [])];
}

/** A new folder there may be a new service. */
function newServices(directory: string): WatchedFolder {
  return { directory, holds: (path) => !path.includes('/') && !path.startsWith('.'), mayHold: () => false };
}

function filesOf({ place, conf, confPath }: LoadedProject): readonly WatchedFolder[] {
  const named = conf.entries
    .flatMap((entry) => [...envFilesOf(entry), ...secretFilesOf(entry)])
    .map((file) => resolve(place.directory, file));
  const paths = [confPath ?? join(place.directory, 'run.conf'), join(place.directory, 'host.conf'), ...named];
  return [...new Set(paths.map(dirname))].map((directory) => {
    const names = new Set(paths.filter((path) => dirname(path) === directory).map((path) => basename(path)));
    return { directory, holds: (path) => names.has(path), mayHold: () => false };
  });
}
