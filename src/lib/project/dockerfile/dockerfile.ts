import type { Problem } from '../../errors.ts';
import { type ExposedPort, exposedIn } from './exposed-ports.ts';
import { type ImageUse, readStages, type Stage, stageChain, stagesFor } from './stages.ts';
import { parseInstructions } from './syntax.ts';
import type { Values } from './variables.ts';

/** What dockerops needs to know of a Dockerfile; the engine reads the rest. */
export interface DockerfileFacts {
  /**
   * Images that must exist before it is built: of FROM, COPY --from and RUN --mount=from in the stages that the result
   * needs, in order, each once.
   */
  readonly parents: readonly ImageUse[];
  /** The image that the result is built on; undefined for scratch. */
  readonly base: string | undefined;
  /** Of EXPOSE, and of the comments #UDP_EXPOSE and #UDPEXPOSE, in the stages that the result is made of. */
  readonly ports: readonly ExposedPort[];
  readonly hasHealthcheck: boolean;
  /** It has an ENTRYPOINT, which replaces that of the base image. */
  readonly hasEntrypoint: boolean;
  /** Names of its stages. */
  readonly stages: readonly string[];
  readonly problems: readonly Problem[];
}

/** For a service without a Dockerfile. */
export const noDockerfile: DockerfileFacts = {
  parents: [],
  base: undefined,
  ports: [],
  hasHealthcheck: false,
  hasEntrypoint: false,
  stages: [],
  problems: [],
};

/**
 * Reads the text of a Dockerfile; `file` is its name in places. The result is the last stage or, as Docker compares
 * names, the last one that is called `target`.
 */
export function parseDockerfile(file: string, text: string, buildArgs: Values = {}, target?: string): DockerfileFacts {
  const { stages, problems } = readStages(file, parseInstructions(text), buildArgs);
  const named = target === undefined ? undefined : stages.findLast(({ name }) => name === target.toLowerCase());
  const final = named ?? stages.at(-1);
  if (final === undefined) return { ...noDockerfile, problems: [withoutFrom(file)] };
  const chain = stageChain(final);
  const images = stagesFor(final, stages).flatMap((stage) => stage.images);
  const exposed = exposedIn(file, chain);
  const from = chain[0]?.from;
  return {
    parents: unique(images),
    base: from === 'scratch' ? undefined : from,
    ports: exposed.ports,
    hasHealthcheck: chain.some(hasHealthcheck),
    hasEntrypoint: chain.some(({ instructions }) => instructions.some(({ keyword }) => keyword === 'ENTRYPOINT')),
    stages: stages.flatMap(({ name }) => name ?? []),
    problems: [...problems, ...exposed.problems, ...images.flatMap(formerBase), ...formerScripts(file, chain)],
  };
}

function withoutFrom(file: string): Problem {
  return {
    where: `${file}:1:1`,
    message: 'the Dockerfile has no FROM line',
    suggestion: 'begin it with FROM dockerops/dockerops-base',
  };
}

function hasHealthcheck({ instructions }: Stage): boolean {
  const last = instructions.findLast(({ keyword }) => keyword === 'HEALTHCHECK');
  return last !== undefined && !last.text.toUpperCase().startsWith('NONE');
}

function unique(uses: readonly ImageUse[]): readonly ImageUse[] {
  const firsts = new Map(uses.toReversed().map((use) => [use.reference, use]));
  return [...new Set(uses.map(({ reference }) => reference))].flatMap((name) => {
    const { reference, where } = firsts.get(name) ?? { reference: '', where: '' };
    return reference === '' ? [] : [{ reference, where }];
  });
}

/** Scripts where later versions of DockerOps ran them. */
function formerScripts(file: string, chain: readonly Stage[]): readonly Problem[] {
  return chain
    .flatMap(({ instructions }) => instructions)
    .filter(({ keyword, text }) => /^(COPY|ADD)$/.test(keyword) && /[\s"]\/prestartup(\/[^\s"]*)?("\s*\])?$/.test(text))
    .map(({ line, keyword }) => ({
      where: `${file}:${String(line)}:1`,
      message: `${keyword} puts a script into /prestartup, from which nothing is run`,
      suggestion: 'put it into /entrypoints, with a name that ends in .sh, or convert the project: dockerops import .',
    }));
}

/** Base images of DockerOps and Reyns, which were built on Ubuntu or CentOS. */
function formerBase({ reference, where }: ImageUse): readonly Problem[] {
  const [, by, kind, system] =
    /^(dockerops|reyns)\/(?:dockerops|reyns)-(common|base|dns)(-(?:ubuntu|centos)[_\d.]+)?(?::\S+)?$/.exec(reference) ??
    [];
  if (kind === undefined || (by === 'dockerops' && system === undefined)) return [];
  const successor = kind === 'common' ? 'common-debian12' : kind;
  return [
    {
      where,
      message: `${reference} no longer exists: base images are built on Debian`,
      suggestion: `write FROM dockerops/dockerops-${successor}, or convert the project: dockerops import .`,
    },
  ];
}
