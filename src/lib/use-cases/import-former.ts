import { existsSync, statSync } from 'node:fs';
import { cp, mkdir, readdir, rename, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { UserError, type Problem } from '../errors.ts';
import type { Remark } from '../project/compose/remarks.ts';
import { findProject, type Environment, type ProjectPlace } from '../project/find-project.ts';
import { convertDockerfile, type ConvertedText } from '../project/former/dockerfile.ts';
import { inOwnPlaces, usesTools } from '../project/former/places.ts';
import { convertHostConf, convertRunConf } from '../project/former/run-conf.ts';
import { directoriesOf, readProjectFile } from '../project/read-project-file.ts';
import type { ImportResult } from './import-project.ts';
import { adoptFormerData } from './former-folders.ts';

interface Change extends ConvertedText {
  /** Relative to the project. */
  readonly file: string;
  /** Where it was before folders of services were moved. */
  readonly source: string;
  readonly before: string;
}

const customised = /_custom$/;

/**
 * Converts a project of DockerOps or Reyns where it is: base images, scripts, names and folders of data. Files that
 * change are kept as they were in .dockerops/before-import.
 */
export async function importFormer(directory: string, environment: Environment): Promise<ImportResult> {
  const place = findProject({
    workingDirectory: directory,
    environment,
    projectDirectory: directory,
    baseImagesDirectory: '',
  });
  const sources = await serviceFolders(place);
  const services = [...sources.keys()];
  // Everything is read before anything is moved or written.
  const files = [...(await convertServices(place, sources)), ...(await convertConfs(place))];
  const changes = files.filter(({ before, text, dropped }) => text !== before || dropped.length > 0);
  const kept = freeName(join(directory, '.dockerops', 'before-import'));
  const custom = await useCustomised(place, sources, kept);
  for (const change of changes) await replace(change, place, kept);
  const defaults = await renameDefault(place);
  const data = await adoptFormerData(place, services);
  if (custom.length + changes.length + defaults.length + data.moved.length === 0) throw nothingToConvert(directory);
  return {
    directory,
    services,
    written: [...changes.filter(({ before, text }) => text !== before).map(({ file }) => file), ...defaults],
    converted: [
      ...custom,
      ...changes.flatMap(({ converted }) => converted),
      ...data.moved,
      ...(existsSync(kept) ? [asTheyWere(relative(directory, kept))] : []),
    ].map(withPlace),
    dropped: [...changes.flatMap(({ dropped }) => dropped), ...data.left].map(withPlace),
  };
}

function withPlace(problem: Problem): Remark {
  return { ...problem, where: problem.where ?? '' };
}

function asTheyWere(kept: string): Problem {
  return { where: kept, message: 'has the files as they were before' };
}

/** By service, sorted, the folder that it is made of: `<service>_custom` took the place of `<service>`. */
async function serviceFolders({ servicesDirectory }: ProjectPlace): Promise<ReadonlyMap<string, string>> {
  const names = await folders(servicesDirectory);
  const services = [...new Set(names.map((name) => name.replace(customised, '')))].sort();
  return new Map(services.map((service) => [service, names.find((name) => name === `${service}_custom`) ?? service]));
}

async function useCustomised(
  { directory, servicesDirectory }: ProjectPlace,
  sources: ReadonlyMap<string, string>,
  kept: string,
): Promise<readonly Problem[]> {
  const moved = [...sources].filter(([service, folder]) => folder !== service);
  for (const [name, folder] of moved) {
    const service = join(servicesDirectory, name);
    if (existsSync(service)) {
      const aside = join(kept, relative(directory, service));
      await mkdir(dirname(aside), { recursive: true, mode: 0o700 });
      await rename(service, aside);
    }
    await rename(join(servicesDirectory, folder), service);
  }
  return moved.map(([name, folder]) => ({
    where: relative(directory, join(servicesDirectory, folder)),
    message: `is ${name} now, as it took its place`,
  }));
}

async function convertServices(place: ProjectPlace, sources: ReadonlyMap<string, string>): Promise<readonly Change[]> {
  const services = [...sources.keys()];
  const texts = new Map(
    await Promise.all([...sources].map(async ([name, folder]) => [name, await textsOf(place, folder)] as const)),
  );
  const dockerfiles = new Map([...texts].map(([name, files]) => [name, files.get('Dockerfile') ?? '']));
  const pathOf = (...names: string[]): string => relative(place.directory, join(place.servicesDirectory, ...names));
  return [...texts].flatMap(([service, files]) =>
    [...files].map(([name, before]) => {
      const file = pathOf(service, name);
      const converted =
        name === 'Dockerfile'
          ? convertDockerfile(file, before, {
              project: place.name,
              services,
              needsTools: [...files.values()].some(usesTools),
              depth: depthOf(service, dockerfiles),
            })
          : movedPlaces(file, before);
      return { file, source: pathOf(sources.get(service) ?? service, name), before, ...converted };
    }),
  );
}

function movedPlaces(file: string, before: string): ConvertedText {
  const text = inOwnPlaces(before);
  const message = 'has the user dockerops, /home/dockerops, /opt/dockerops and /var/log/dockerops';
  return { text, converted: text === before ? [] : [{ where: file, message }], dropped: [] };
}

/** Dockerfile, scripts and configuration directly in the folder of a service. */
async function textsOf(place: ProjectPlace, folder: string): Promise<ReadonlyMap<string, string>> {
  const directory = join(place.servicesDirectory, folder);
  const names = (await readdir(directory)).filter((name) => name === 'Dockerfile' || /\.(sh|conf)$/.test(name)).sort();
  const regular = names.filter((name) => statSync(join(directory, name)).isFile());
  return new Map(regular.map((name) => [name, readProjectFile(join(directory, name), directoriesOf(place))]));
}

/** How many services of the project a service is built on. */
function depthOf(service: string, dockerfiles: ReadonlyMap<string, string>, below: readonly string[] = []): number {
  const [, parent = ''] = /^[ \t]*FROM[ \t]+(?:[^\s/]+\/)?([a-z0-9-]+)/im.exec(dockerfiles.get(service) ?? '') ?? [];
  if (!dockerfiles.has(parent) || below.includes(parent)) return 0;
  return 1 + depthOf(parent, dockerfiles, [...below, service]);
}

async function convertConfs(project: ProjectPlace): Promise<readonly Change[]> {
  const { directory, servicesDirectory } = project;
  const places = [...new Set([directory, servicesDirectory])];
  const found = await Promise.all(places.map(async (place) => (await filesIn(place)).map((name) => join(place, name))));
  return found
    .flat()
    .filter((path) => path.endsWith('.conf') && !path.endsWith('/hosts.conf'))
    .map((path) => {
      const file = relative(directory, path);
      const before = readProjectFile(path, directoriesOf(project));
      const converted = path.endsWith('/host.conf')
        ? { text: convertHostConf(before), converted: [], dropped: [] }
        : convertRunConf(file, before);
      return { file, source: file, before, ...converted };
    });
}

async function replace(
  { file, source, before, text }: Change,
  { directory }: ProjectPlace,
  kept: string,
): Promise<void> {
  if (text === before) return;
  await mkdir(dirname(join(kept, source)), { recursive: true, mode: 0o700 });
  await cp(join(directory, file), join(kept, source), { preserveTimestamps: true, dereference: true });
  await writeFile(join(directory, file), text);
}

/** Later versions called it default.conf. */
async function renameDefault({ directory, servicesDirectory }: ProjectPlace): Promise<readonly string[]> {
  const from = [directory, servicesDirectory]
    .map((place) => join(place, 'default.conf'))
    .find((path) => existsSync(path));
  if (from === undefined || existsSync(join(directory, 'run.conf'))) return [];
  await rename(from, join(directory, 'run.conf'));
  return ['run.conf (was default.conf)'];
}

async function folders(directory: string): Promise<readonly string[]> {
  const entries = await readdir(directory, { withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort();
}

async function filesIn(directory: string): Promise<readonly string[]> {
  const entries = await readdir(directory, { withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => entry.isFile())
    .map(({ name }) => name)
    .sort();
}

function freeName(path: string): string {
  let free = path;
  for (let number = 2; existsSync(free); number += 1) free = `${path}-${String(number)}`;
  return free;
}

function nothingToConvert(directory: string): UserError {
  return new UserError(`${directory} has nothing of DockerOps that would have to change`, {
    code: 'NOTHING_TO_IMPORT',
    suggestions: [
      'check it: dockerops validate',
      'to import a compose file, name the file: dockerops import:compose.yaml',
    ],
  });
}
