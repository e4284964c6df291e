import { existsSync, readdirSync, type Dirent } from 'node:fs';
import { join, relative } from 'node:path';
import type { Problem } from '../errors.ts';
import { labelComplaint } from './conf/dns-label.ts';
import { type DockerfileFacts, parseDockerfile } from './dockerfile/dockerfile.ts';
import type { ProjectPlace } from './find-project.ts';
import { tryProjectFile, unreadable } from './read-project-file.ts';
import { parseRequiredVariables, requiredVariablesFile } from './conf/required-variables.ts';
import type { RunConf, RunConfEntry } from './conf/run-conf-entry.ts';
import type { BuildSettings, Service } from './services.ts';

type FolderService = Extract<Service, { kind: 'folder' }>;

const nothing: DockerfileFacts = {
  parents: [],
  base: undefined,
  ports: [],
  hasHealthcheck: false,
  hasEntrypoint: false,
  problems: [],
};

/** Every folder of the services directory; what is wrong with one is kept with it, since only its users need to care. */
export function loadServices({ directory, servicesDirectory }: ProjectPlace, conf: RunConf): readonly FolderService[] {
  if (!existsSync(servicesDirectory)) return [];
  const folders = entriesOf(servicesDirectory).filter(
    (entry) => (entry.isDirectory() || entry.isSymbolicLink()) && !entry.name.startsWith('.'),
  );
  const settings = Map.groupBy(conf.entries, ({ values }) => values.service);
  const shown = relative(directory, servicesDirectory);
  return folders
    .map(({ name }) => name)
    .sort()
    .map((name) =>
      loadService(name, {
        directory: join(servicesDirectory, name),
        shown: join(shown, name),
        build: buildSettings(settings.get(name) ?? []),
      }),
    );
}

function entriesOf(directory: string): readonly Dirent[] {
  try {
    return readdirSync(directory, { withFileTypes: true });
  } catch (error) {
    throw unreadable(directory, error);
  }
}

/** Of all entries of a service: it has one image. */
function buildSettings(entries: readonly RunConfEntry[]): BuildSettings {
  const args = entries.flatMap(({ values }) =>
    Object.entries(values.build_args ?? {}).map(([name, value]) => [name, String(value)] as const),
  );
  const platform = entries.find(({ values }) => values.image === undefined && values.platform !== undefined)?.values
    .platform;
  return { args: Object.fromEntries(args), ...(platform === undefined ? {} : { platform }) };
}

function loadService(
  name: string,
  {
    directory,
    shown: folder,
    build,
  }: { readonly directory: string; readonly shown: string; readonly build: BuildSettings },
): FolderService {
  const shown = (file: string): string => `${folder}/${file}`;
  const read = (file: string): ReturnType<typeof tryProjectFile> =>
    existsSync(`${directory}/${file}`)
      ? tryProjectFile(`${directory}/${file}`, shown(file))
      : { text: undefined, problems: [] };
  const complaint = labelComplaint('service', name);
  const { text, problems: unread } = read('Dockerfile');
  const dockerfile = text === undefined ? nothing : parseDockerfile(shown('Dockerfile'), text, build.args);
  const problems: readonly Problem[] = [
    ...(complaint === undefined ? [] : [{ where: directory, ...complaint }]),
    ...unread,
    ...(text === undefined && unread.length === 0
      ? [
          {
            where: shown('Dockerfile'),
            message: `service "${name}" has no Dockerfile`,
            suggestion: `write ${join(directory, 'Dockerfile')}; its first line is mostly FROM dockerops/dockerops-base`,
          },
        ]
      : dockerfile.problems),
  ];
  const requiredFile = read(requiredVariablesFile);
  const required =
    requiredFile.text === undefined
      ? { variables: [], problems: requiredFile.problems }
      : parseRequiredVariables(shown(requiredVariablesFile), requiredFile.text);
  return {
    kind: 'folder',
    name,
    directory,
    dockerfile,
    build,
    required: required.variables,
    problems: [...problems, ...required.problems],
  };
}
