import { existsSync, lstatSync, readdirSync, type Dirent } from 'node:fs';
import { join, relative } from 'node:path';
import { refuseLinkOut } from '../bounded-file.ts';
import { definedOnly } from '../defined.ts';
import { findNearest } from '../did-you-mean.ts';
import type { Problem } from '../errors.ts';
import { labelComplaint } from './conf/dns-label.ts';
import {
  parseRequiredVariables,
  type ParsedRequiredVariables,
  requiredVariablesFile,
} from './conf/required-variables.ts';
import { placeIn, type RunConf, type RunConfEntry } from './conf/run-conf-entry.ts';
import { textMembers } from './conf/text-members.ts';
import { type DockerfileFacts, noDockerfile, parseDockerfile } from './dockerfile/dockerfile.ts';
import type { ProjectPlace } from './find-project.ts';
import { directoriesOf, fileProblem, tryProjectFile, unreadable } from './read-project-file.ts';
import type { BuildSettings, FolderService } from './services.ts';

/** A folder of the services directory. */
interface ServiceFolder {
  readonly name: string;
  readonly directory: string;
  /** Its path in messages, relative to the project. */
  readonly shown: string;
  /** The directories that no link may lead out of. */
  readonly within: readonly string[];
}

/** Every folder of the services directory. Problems are kept with the service: they matter only to those who use it. */
export function loadServices(place: ProjectPlace, conf: RunConf): readonly FolderService[] {
  const { directory, servicesDirectory } = place;
  if (!existsSync(servicesDirectory)) return [];
  const entries = Map.groupBy(conf.entries, ({ values }) => values.service);
  const shown = relative(directory, servicesDirectory);
  const within = directoriesOf(place);
  return entriesOf(servicesDirectory)
    .filter((entry) => (entry.isDirectory() || entry.isSymbolicLink()) && !entry.name.startsWith('.'))
    .map(({ name }) => ({ name, directory: join(servicesDirectory, name), shown: join(shown, name), within }))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map((folder) => loadService(folder, buildSettings(entries.get(folder.name) ?? [])));
}

function entriesOf(directory: string): readonly Dirent[] {
  try {
    return readdirSync(directory, { withFileTypes: true });
  } catch (error) {
    throw unreadable(directory, error);
  }
}

/** From all entries of a service, as it has one image. */
function buildSettings(entries: readonly RunConfEntry[]): BuildSettings {
  const args = entries.flatMap(({ values }) => textMembers(values.build_args));
  const built = entries.filter(({ values }) => values.image === undefined);
  const targets = built.flatMap((entry) =>
    entry.values.target === undefined ? [] : [{ stage: entry.values.target, where: placeIn(entry, 'target') }],
  );
  return definedOnly({
    args: Object.fromEntries(args),
    platform: built.flatMap(({ values }) => values.platform ?? [])[0],
    target: targets[0],
  });
}

function loadService(folder: ServiceFolder, build: BuildSettings): FolderService {
  const { name, directory } = folder;
  const complaint = labelComplaint('service', name);
  const dockerfile = loadDockerfile(folder, build);
  const required = loadRequiredVariables(folder);
  return {
    kind: 'folder',
    name,
    directory,
    dockerfile,
    build,
    required: required.variables,
    problems: [
      ...(complaint === undefined ? [] : [{ where: directory, ...complaint }]),
      ...dockerfile.problems,
      ...required.problems,
      ...ignoreFileProblems(folder),
    ],
  };
}

function loadDockerfile(folder: ServiceFolder, { args, target }: BuildSettings): DockerfileFacts {
  const { text, problems, where } = readFileOf(folder, 'Dockerfile');
  if (text !== undefined) {
    const facts = parseDockerfile(where, text, args, target?.stage);
    return { ...facts, problems: [...facts.problems, ...targetProblems(target, facts, where)] };
  }
  const missing: Problem = {
    where,
    message: `service "${folder.name}" has no Dockerfile`,
    suggestion: `create ${join(folder.directory, 'Dockerfile')}, beginning with FROM dockerops/dockerops-base`,
  };
  return { ...noDockerfile, problems: problems.length > 0 ? problems : [missing] };
}

function targetProblems(
  target: BuildSettings['target'],
  { stages, problems }: DockerfileFacts,
  dockerfile: string,
): readonly Problem[] {
  if (target === undefined || stages.includes(target.stage.toLowerCase()) || problems.length > 0) return [];
  const nearest = findNearest(target.stage, stages);
  return [
    {
      where: target.where,
      message: `${dockerfile} has no stage "${target.stage}"`,
      suggestion:
        stages.length === 0
          ? `name a stage there: FROM <image> AS ${target.stage}`
          : `${nearest === undefined ? '' : `did you mean "${nearest}"? `}its stages are ${stages.join(', ')}`,
    },
  ];
}

function loadRequiredVariables(folder: ServiceFolder): ParsedRequiredVariables {
  const { text, problems, where } = readFileOf(folder, requiredVariablesFile);
  return text === undefined ? { variables: [], problems } : parseRequiredVariables(where, text);
}

/** Ignore files are read only when the image is built; where they lead is known before. */
function ignoreFileProblems({ directory, shown, within }: ServiceFolder): readonly Problem[] {
  return ['Dockerfile.dockerignore', '.dockerignore'].flatMap((file) => {
    const path = join(directory, file);
    if (lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() !== true || !existsSync(path)) return [];
    try {
      refuseLinkOut(path, within);
      return [];
    } catch (error) {
      return [fileProblem(path, `${shown}/${file}`, error)];
    }
  });
}

/** A file of the folder; without text and problems when it does not exist. */
function readFileOf(
  { directory, shown, within }: ServiceFolder,
  file: string,
): ReturnType<typeof tryProjectFile> & { readonly where: string } {
  const path = join(directory, file);
  const where = `${shown}/${file}`;
  return existsSync(path)
    ? { where, ...tryProjectFile(path, where, within) }
    : { where, text: undefined, problems: [] };
}
