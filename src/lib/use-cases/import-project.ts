import { mkdir, mkdtemp, realpath, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { existsSync, lstatSync } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { readBoundedFile, readBoundedText, whyUnread } from '../bounded-file.ts';
import { contextRules } from '../engine/archive/context-rules.ts';
import { UserError, type Problem } from '../errors.ts';
import { readComposeProject } from '../project/compose/compose-project.ts';
import type { ImportedFolder } from '../project/compose/convert-build.ts';
import { importCompose, type ComposeImport } from '../project/compose/import-compose.ts';
import type { Remark } from '../project/compose/remarks.ts';
import { expandEnvFile, printEnvFile, type ExpandedVariable } from '../project/compose/env-variables.ts';
import { loadHostConf } from '../project/conf/host-conf.ts';
import { saveHostConf } from '../project/conf/save-host-conf.ts';
import { readProjectFile, tryProjectFile } from '../project/read-project-file.ts';
import { copyContext } from './copy-context.ts';

export interface ImportResult {
  readonly directory: string;
  readonly services: readonly string[];
  /** Relative to the directory. */
  readonly written: readonly string[];
  readonly dropped: readonly Remark[];
  readonly converted: readonly Remark[];
}

/**
 * Writes run.conf and the folders of services beside a compose file. Files that would be overwritten are reported
 * before anything is written.
 */
export async function importProject(path: string): Promise<ImportResult> {
  const directory = dirname(path);
  const text = readComposeFile(path);
  const fromEnv = readVariables(join(directory, '.env'));
  const variables = Object.fromEntries(fromEnv.map(({ name, value }) => [name, value]));
  const readFile = (name: string): string | undefined =>
    tryProjectFile(resolve(directory, name), name, [directory]).text;
  const imported = importCompose(readComposeProject(basename(path), text, readFile), {
    variables,
    hasFile: (name) => existsSync(resolve(directory, name)),
    readFile,
  });
  const folders = await foldersToMake(imported.folders, directory);
  refuseToOverwrite(imported, folders, directory);
  await makeFolders(folders, directory);
  await writeFile(join(directory, 'run.conf'), imported.runConf, { flag: 'wx' });
  const { hostValues } = imported;
  if (Object.keys(hostValues).length > 0) await saveHostConf(directory, hostValues);
  await writeEnvFiles(imported.envFiles, directory);
  const written = [
    'run.conf',
    ...(Object.keys(hostValues).length > 0 ? ['host.conf'] : []),
    ...Object.keys(imported.envFiles),
    ...folders.map(({ service }) => `services/${service}`),
  ];
  return {
    directory,
    services: imported.services,
    written,
    dropped: [...imported.dropped, ...fromEnv.flatMap(incomplete)],
    converted: [...imported.converted, ...remarks(folders)],
  };
}

function readComposeFile(path: string): string {
  try {
    return readBoundedText(path);
  } catch (cause) {
    throw new UserError(`${path} cannot be read: ${whyUnread(cause)}`, {
      code: 'NO_COMPOSE_FILE',
      cause,
      suggestions: ['name the compose file: dockerops import:docker-compose.yml'],
    });
  }
}

function readVariables(path: string): readonly ExpandedVariable[] {
  const text = existsSync(path) ? readProjectFile(path, [dirname(path)]) : '';
  return expandEnvFile('.env', text, {});
}

function incomplete({ name, where, missing }: ExpandedVariable): readonly Remark[] {
  if (missing.length === 0) return [];
  const message = `the value of ${name} needs ${missing.join(', ')}, which has no value here`;
  return [{ where, message, suggestion: `set it in .env and import again` }];
}

/** For this user alone, as host.conf. */
async function writeEnvFiles(files: ComposeImport['envFiles'], directory: string): Promise<void> {
  for (const [path, variables] of Object.entries(files)) {
    await mkdir(dirname(join(directory, path)), { recursive: true, mode: 0o700 });
    await writeFile(join(directory, path), printEnvFile(variables), { flag: 'wx', mode: 0o600 });
  }
}

/** Leaves out a build context that already is the folder of its service. */
async function foldersToMake(
  folders: readonly ImportedFolder[],
  directory: string,
): Promise<readonly ImportedFolder[]> {
  const real = (path: string): Promise<string | undefined> => realpath(path).catch(() => undefined);
  const isInPlace = await Promise.all(
    folders.map(
      async (folder) =>
        folder.kind === 'link' &&
        (await real(join(directory, 'services', folder.service))) === (await real(resolve(directory, folder.context))),
    ),
  );
  return folders.filter((_, index) => isInPlace[index] !== true);
}

function refuseToOverwrite(
  { hostValues, envFiles }: ComposeImport,
  folders: readonly ImportedFolder[],
  directory: string,
): void {
  const names = ['run.conf', ...Object.keys(envFiles), ...folders.map(({ service }) => `services/${service}`)].filter(
    (name) => isThere(join(directory, name)),
  );
  const present = loadHostConf(directory).conf.values;
  const values = Object.keys(hostValues).filter(
    (name) => present[name] !== undefined && present[name] !== hostValues[name],
  );
  const problems: readonly Problem[] = [
    ...names.map((name) => ({ where: join(directory, name), message: 'already exists' })),
    ...values.map((name) => ({ where: join(directory, 'host.conf'), message: `has a different ${name} than .env` })),
  ];
  if (problems.length > 0)
    throw new UserError('existing files would be overwritten; nothing was imported', {
      code: 'IMPORT_EXISTS',
      problems,
      suggestions: ['move them away, or copy the compose file and what it builds to an empty folder'],
    });
}

/** Also true for a link that leads nowhere. */
function isThere(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
}

/** All or nothing: the folders are created in a temporary directory and moved together. */
async function makeFolders(folders: readonly ImportedFolder[], directory: string): Promise<void> {
  if (folders.length === 0) return;
  const temporary = await mkdtemp(join(directory, '.services-'));
  try {
    for (const folder of folders) await makeFolder(folder, join(temporary, folder.service), directory);
    await mkdir(join(directory, 'services'), { recursive: true });
    for (const { service } of folders) await rename(join(temporary, service), join(directory, 'services', service));
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

async function makeFolder(folder: ImportedFolder, place: string, directory: string): Promise<void> {
  if (folder.kind === 'link')
    return symlink(relative(join(directory, 'services'), resolve(directory, folder.context)) || '.', place, 'dir');
  await mkdir(place);
  if (folder.kind === 'new') return writeFile(join(place, 'Dockerfile'), folder.text);
  const context = resolve(directory, folder.context);
  const dockerfile = 'file' in folder.dockerfile ? folder.dockerfile.file : 'Dockerfile';
  const rules = contextRules(context, { dockerfile });
  await copyContext({ from: context, to: place, except: dirname(place), rules });
  const source = folder.dockerfile;
  const content = 'file' in source ? readBoundedFile(join(context, source.file), [directory]) : source.text;
  // What was copied may be a link.
  await rm(join(place, 'Dockerfile'), { force: true });
  await writeFile(join(place, 'Dockerfile'), content, { flag: 'wx' });
}

/** Every build of such a service sends the whole directory to the engine. */
function remarks(folders: readonly ImportedFolder[]): readonly Remark[] {
  const whole = folders.filter((folder) => folder.kind === 'link' && folder.context === '.');
  return whole.map(({ service }) => ({
    where: `services/${service}`,
    message: `${service} is built from the whole project`,
    suggestion: 'add host.conf, .dockerops, services and data_* to .dockerignore',
  }));
}
