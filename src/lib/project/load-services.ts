import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { Problem } from '../errors.ts';
import { labelComplaint } from './dns-label.ts';
import { type DockerfileFacts, parseDockerfile } from './dockerfile.ts';
import type { ProjectPlace } from './find-project.ts';
import { parseRequiredVariables, requiredVariablesFile } from './required-variables.ts';
import type { RunConf } from './run-conf-entry.ts';
import type { Service } from './services.ts';

type FolderService = Extract<Service, { kind: 'folder' }>;

const nothing: DockerfileFacts = { parents: [], base: undefined, ports: [], hasHealthcheck: false, hasEntrypoint: false, problems: [] };

/** Every folder of the services directory; what is wrong with one is kept with it, since only its users need to care. */
export function loadServices({ directory, servicesDirectory }: ProjectPlace, conf: RunConf): readonly FolderService[] {
  if (!existsSync(servicesDirectory)) return [];
  const folders = readdirSync(servicesDirectory, { withFileTypes: true }).filter((entry) => (entry.isDirectory() || entry.isSymbolicLink()) && !entry.name.startsWith('.'));
  return folders.map(({ name }) => name).sort().map((name) => loadService(name, join(servicesDirectory, name), directory, buildArgsOf(name, conf)));
}

/** build_args of all entries of a service: it has one image. */
export function buildArgsOf(service: string, conf: RunConf): Readonly<Record<string, string>> {
  return Object.fromEntries(conf.entries.filter(({ values }) => values.service === service).flatMap(({ values }) => Object.entries(values.build_args ?? {}).map(([name, value]) => [name, String(value)])));
}

function loadService(name: string, directory: string, project: string, buildArgs: Readonly<Record<string, string>>): FolderService {
  const shown = (file: string): string => relative(project, join(directory, file));
  const path = join(directory, 'Dockerfile');
  const complaint = labelComplaint('service', name);
  const dockerfile = existsSync(path) ? parseDockerfile(shown('Dockerfile'), readFileSync(path, 'utf8'), buildArgs) : nothing;
  const problems: readonly Problem[] = [
    ...(complaint === undefined ? [] : [{ where: directory, ...complaint }]),
    ...(existsSync(path) ? dockerfile.problems : [{ where: shown('Dockerfile'), message: `service "${name}" has no Dockerfile`, suggestion: `write ${path}; its first line is mostly FROM dockerops/dockerops-base` }]),
  ];
  const requiredPath = join(directory, requiredVariablesFile);
  const required = existsSync(requiredPath) ? parseRequiredVariables(shown(requiredVariablesFile), readFileSync(requiredPath, 'utf8')) : { variables: [], problems: [] };
  return { kind: 'folder', name, directory, dockerfile, required: required.variables, problems: [...problems, ...required.problems] };
}
