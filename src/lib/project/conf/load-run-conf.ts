import { existsSync, readdirSync, statSync } from 'node:fs';
import { isAbsolute, join, relative, resolve } from 'node:path';
import { type Problem, UserError } from '../../errors.ts';
import type { ProjectPlace } from '../find-project.ts';
import { directoriesOf, readProjectFile } from '../read-project-file.ts';
import { hostConfPath } from './host-conf.ts';
import { type ParsedRunConf, parseRunConf } from './run-conf.ts';

export interface LoadedRunConf extends ParsedRunConf {
  /** Absolute; absent when the project has none. */
  readonly path?: string;
  readonly notices: readonly string[];
}

/** Of a project without a run.conf. */
export const noEntries: LoadedRunConf = {
  conf: { file: 'run.conf', entries: [] },
  areAll: true,
  problems: [],
  ofEntry: new Map(),
  notices: [],
};

/**
 * Reads the requested conf (`conf=published`, with or without `.conf`), else the one used last, else run.conf. A name
 * is looked up in the project's directory and in that of its services; it may also be a path elsewhere. A project need
 * not have a run.conf, but a conf that was requested must exist.
 */
export function loadRunConf(
  place: ProjectPlace,
  requested: string | undefined,
  lastUsed: string | undefined,
): LoadedRunConf {
  const name = requested ?? lastUsed;
  const path = findConf(place, name ?? 'run.conf');
  if (path === undefined) {
    if (name !== undefined) throw confMissing(place, name, requested === undefined);
    return noEntries;
  }
  const inProject = relative(place.directory, path);
  const file = inProject.startsWith('..') ? path : inProject;
  const isRemembered = requested === undefined && lastUsed !== undefined && lastUsed !== 'run.conf';
  const notices = isRemembered ? [`using ${file}, which was used last (conf=run selects run.conf again)`] : [];
  const within = requested === undefined ? directoriesOf(place) : undefined;
  const parsed = parseRunConf(file, readProjectFile(path, within));
  const isOwn = path === findConf(place, 'run.conf');
  return { ...parsed, problems: [...(isOwn ? [] : otherProject(parsed, place)), ...parsed.problems], path, notices };
}

/** The project's own run.conf says how the project is called; in another conf the name says of which project it is. */
function otherProject({ project }: ParsedRunConf, place: ProjectPlace): readonly Problem[] {
  if (project === undefined || project.name === place.name) return [];
  return [
    {
      where: project.where,
      message: `it is for the project "${project.name}", and this one is called "${place.name}"`,
      suggestion: `give the command --project ${project.name}, or remove "project" here`,
    },
  ];
}

function findConf({ directory, servicesDirectory }: ProjectPlace, name: string): string | undefined {
  const names = name.endsWith('.conf') ? [name] : [`${name}.conf`, name];
  return [directory, servicesDirectory]
    .flatMap((each) => names.map((candidate) => resolve(each, candidate)))
    .find((path) => existsSync(path) && (path.endsWith('.conf') || !isDirectory(path)));
}

function isDirectory(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

/** The error of a command that is about the entries of run.conf, in a project without one. */
export function noRunConf(place: ProjectPlace): UserError {
  const existing = confNames(place);
  return new UserError(`there is no run.conf in ${place.directory}, which would say what to run`, {
    code: 'NO_CONF',
    suggestions:
      existing.length === 0
        ? [`create ${join(place.directory, 'run.conf')} with an entry for each instance: [{ "service": "…" }]`]
        : existing.map((name) => `dockerops run:all,conf=${name}`),
  });
}

/** Without `.conf`. */
function confNames({ directory, servicesDirectory }: ProjectPlace): readonly string[] {
  const confs = [directory, servicesDirectory].flatMap(confsIn).map((conf) => conf.replace(/\.conf$/, ''));
  return [...new Set(confs)].sort();
}

function confMissing(place: ProjectPlace, name: string, isRemembered: boolean): UserError {
  const { directory, servicesDirectory } = place;
  const existing = confNames(place);
  const places = isAbsolute(name) ? '' : ` in ${directory} or in ${servicesDirectory}`;
  const file = name.endsWith('.conf') ? name : `${name}.conf`;
  return new UserError(`there is no ${file}${places}`, {
    code: 'NO_CONF',
    suggestions: isRemembered ? afterRemembered(directory, existing) : [existingConfs(existing)],
  });
}

function existingConfs(names: readonly string[]): string {
  if (names.length === 0) return 'these directories have no conf at all';
  return `use one that exists: ${names.map((name) => `conf=${name}`).join(', ')}`;
}

/** Many commands have no option for the conf, so one that has it is named. */
function afterRemembered(directory: string, [first, ...others]: readonly string[]): readonly string[] {
  const more = others.length === 0 ? '' : ` (others are ${others.join(', ')})`;
  return [
    `it was used last, which host.conf remembers: remove "last_conf" from ${hostConfPath(directory)}`,
    ...(first === undefined ? [] : [`or use another conf from now on: dockerops run:all,conf=${first}${more}`]),
  ];
}

function confsIn(directory: string): readonly string[] {
  return existsSync(directory)
    ? readdirSync(directory).filter((name) => name.endsWith('.conf') && name !== 'host.conf')
    : [];
}
