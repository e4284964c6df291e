import { join, relative } from 'node:path';
import { imageGraph } from '../build/image-graph.ts';
import { osIds } from '../build/base-images/os-table.ts';
import { contextRules } from '../engine/archive/context-rules.ts';
import { DockeropsError, UserError, type Problem } from '../errors.ts';
import { canonicalReference } from '../image-reference.ts';
import { gatherClientFacts, gatherHostFacts } from '../observe/host-facts.ts';
import { nothingObserved } from '../observe/observe.ts';
import type { ProjectPlace } from '../project/find-project.ts';
import { notIgnored } from '../project/git-ignore.ts';
import { resolveImages } from '../project/resolve/images/image-specs.ts';
import { loadProject, type LoadedProject } from '../project/load-project.ts';
import { loadServices } from '../project/load-services.ts';
import { withoutShellVariables } from '../project/resolve/environment/shell-variables.ts';
import { unresolved } from '../project/resolve/unresolved.ts';
import type { Service, Services } from '../project/services.ts';
import { findPlace, type ProjectInvocation } from './invocation.ts';
import { portProblems } from './port-problems.ts';
import { resolveEntries } from './inspect/resolve-entries.ts';
import { inOrder } from './problem-order.ts';
import type { Resolution } from '../project/resolve/resolve.ts';

export interface Validation {
  readonly project: string;
  readonly entries: number;
  readonly services: number;
  readonly problems: readonly Problem[];
  readonly notices: readonly string[];
}

/**
 * Finds every problem of a project, without an engine. If the run conf has problems itself, its links, variables and
 * ports are not checked.
 */
export function validateProject(invocation: ProjectInvocation): Validation {
  const place = findPlace(invocation);
  const loaded = load(place, invocation.conf);
  return 'conf' in loaded ? validateLoaded(loaded, invocation) : unreadable(place, loaded.problems);
}

function load(
  place: ProjectPlace,
  conf: string | undefined,
): LoadedProject | { readonly problems: readonly Problem[] } {
  try {
    return loadProject({ place, osIds, ...(conf === undefined ? {} : { conf }) });
  } catch (error) {
    if (!(error instanceof DockeropsError)) throw error;
    return { problems: error.problems.length > 0 ? error.problems : [asProblem(error)] };
  }
}

function asProblem({ message, suggestions }: DockeropsError): Problem {
  return { message, ...(suggestions.length === 0 ? {} : { suggestion: suggestions.join('; ') }) };
}

/** The folders of services can be checked without a valid run conf. */
function unreadable(place: ProjectPlace, problems: readonly Problem[]): Validation {
  const services = loadServices(place, { file: '', entries: [] });
  const notice = 'links, variables and ports are checked once these problems are fixed';
  return {
    project: place.name,
    entries: 0,
    services: services.length,
    problems: inOrder([...problems, ...services.flatMap((service) => service.problems)]),
    notices: [notice],
  };
}

function validateLoaded(project: LoadedProject, invocation: ProjectInvocation): Validation {
  const resolution = resolveWithoutEngine(project, invocation);
  const folders = [...project.services.values()].filter(({ kind }) => kind === 'folder');
  const images = resolveImages(folders, [], project);
  const graph = imageGraph(images.images).problems.map((problem) => placeInDockerfile(problem, project.services));
  // If a FROM line has a problem already, do not also report that nothing makes its image.
  const reported = new Set(resolution.problems.map(({ where }) => where));
  return {
    project: project.place.name,
    entries: project.conf.entries.length,
    services: folders.length,
    problems: inOrder([
      ...unresolved(resolution).problems,
      ...portProblems(resolution.instances),
      ...images.problems,
      ...folders.flatMap((service) => patternProblems(service, project.place)),
      ...graph.filter(({ where }) => !reported.has(where)),
    ]),
    notices: [...project.notices, ...resolution.notices, ...gitNotices(project.place)],
  };
}

function gitNotices({ directory }: ProjectPlace): readonly string[] {
  const found = notIgnored(directory);
  return found === undefined ? [] : [`${found.text}; to have it ignored: ${found.fix}`];
}

/** Where the ignore file of a service has lines that are no patterns. */
function patternProblems(service: Service, { directory }: ProjectPlace): readonly Problem[] {
  if (service.kind !== 'folder') return [];
  try {
    contextRules(service.directory, { dockerfile: 'Dockerfile' });
    return [];
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return error.code !== 'DOCKERIGNORE_INVALID'
      ? []
      : error.problems.map((problem) => ({ ...problem, where: relative(directory, problem.where ?? '') }));
  }
}

/** As if the engine were there and had nothing; facts of its host are those of this machine if it is local. */
export function resolveWithoutEngine(project: LoadedProject, { environment, host }: ProjectInvocation): Resolution {
  const client = gatherClientFacts();
  const variables = withoutShellVariables(environment);
  const addresses = [host, environment['DOCKER_HOST'], 'unix:'];
  const address = addresses.find((each) => each !== undefined && each !== '') ?? '';
  const facts = gatherHostFacts(address, client, client);
  return resolveEntries({ project, facts, observed: nothingObserved, environment: variables, existingKeys: new Set() });
}

/** Adds the line of the FROM to a problem of the image graph, which knows only the Dockerfile. */
function placeInDockerfile(problem: Problem, services: Services): Problem {
  const service = [...services.values()].find(
    (each) => each.kind === 'folder' && join(each.directory, 'Dockerfile') === problem.where,
  );
  const parents = service?.kind === 'folder' ? service.dockerfile.parents : [];
  const where = (parents.find(({ reference }) => problem.message.includes(canonicalReference(reference))) ?? parents[0])
    ?.where;
  return where === undefined ? problem : { ...problem, where };
}
