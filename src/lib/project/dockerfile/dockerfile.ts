import type { Problem } from '../../errors.ts';
import { type Instruction, parseInstructions } from './syntax.ts';
import { parseAssignments, substitute, type Values } from './variables.ts';
import { parseExpose, type ExposedPort } from './exposed-ports.ts';

/** What dockerops needs to know of a Dockerfile; the rest is the engine's. */
export interface DockerfileFacts {
  /** Images that must be there before it is built: of FROM, COPY --from and RUN --mount=from, in that order, each once. */
  readonly parents: readonly ImageUse[];
  /** The image that the result is built on; undefined for scratch. */
  readonly base: string | undefined;
  /** Of EXPOSE, and of the comments #UDP_EXPOSE and #UDPEXPOSE, in the stages that make the result. */
  readonly ports: readonly ExposedPort[];
  readonly hasHealthcheck: boolean;
  /** An ENTRYPOINT of its own takes the place of the base image's. */
  readonly hasEntrypoint: boolean;
  readonly problems: readonly Problem[];
}

interface ImageUse {
  readonly reference: string;
  readonly where: string;
}
interface Stage {
  readonly name: string | undefined;
  readonly from: string;
  readonly instructions: Instruction[];
  readonly values: Record<string, string>;
}

/** Reads a Dockerfile's text; `file` is how its places are named. */
export function parseDockerfile(file: string, text: string, buildArgs: Values = {}): DockerfileFacts {
  const { stages, uses, problems } = readStages(file, parseInstructions(text), buildArgs);
  const final = stages.at(-1);
  if (final === undefined) {
    return {
      parents: [],
      base: undefined,
      ports: [],
      hasHealthcheck: false,
      hasEntrypoint: false,
      problems: [
        {
          where: `${file}:1:1`,
          message: 'the Dockerfile has no FROM line',
          suggestion: 'begin it with FROM dockerops/dockerops-base',
        },
      ],
    };
  }
  const chain = stageChain(final, stages);
  const exposed = chain.flatMap((stage) =>
    stage.instructions.map((instruction) => parseExpose(file, instruction, stage.values)),
  );
  const external = uses.filter(
    ({ stage, reference }) => !isStage(reference, stages.slice(0, stage)) && reference !== 'scratch',
  );
  const base = chain[0]?.from;
  return {
    parents: unique(external.map(({ reference, where }) => ({ reference, where }))),
    base: base === 'scratch' ? undefined : base,
    ports: exposed.flatMap(({ ports }) => ports),
    hasHealthcheck: chain.some(
      ({ instructions }) =>
        instructions
          .findLast(({ keyword }) => keyword === 'HEALTHCHECK')
          ?.text.toUpperCase()
          .startsWith('NONE') === false,
    ),
    hasEntrypoint: chain.some(({ instructions }) => instructions.some(({ keyword }) => keyword === 'ENTRYPOINT')),
    problems: [...problems, ...exposed.flatMap(({ problems: own }) => own), ...external.flatMap(oldBase)],
  };
}

/** `stage` is the number of stages before the one that uses it: names of later ones mean images. */
type Use = ImageUse & { readonly stage: number };

interface Stages {
  readonly stages: Stage[];
  readonly uses: Use[];
  readonly problems: Problem[];
}

function readStages(file: string, instructions: readonly Instruction[], buildArgs: Values): Stages {
  const result: Stages = { stages: [], uses: [], problems: [] };
  const global: Record<string, string> = {};
  for (const instruction of instructions) {
    const where = `${file}:${String(instruction.line)}:1`;
    if (instruction.keyword === 'FROM') readFrom(instruction, where, { ...automaticArgs, ...global }, result);
    else readLine(instruction, where, { global, buildArgs }, result);
  }
  return result;
}

/** A FROM line may use them without an ARG; which platform, the engine decides. */
const automaticArgs: Values = { BUILDPLATFORM: '', TARGETPLATFORM: '' };

function readFrom({ text }: Instruction, where: string, values: Values, { stages, uses, problems }: Stages): void {
  const [, rawImage = '', name] = /^(?:--\S+\s+)*(\S+)(?:\s+AS\s+(\S+))?\s*$/i.exec(text) ?? [];
  const image = substitute(rawImage, values);
  if (image === '') {
    problems.push({
      where,
      message: rawImage === '' ? `FROM ${text} is not an image` : `FROM ${rawImage} is empty`,
      suggestion:
        rawImage === ''
          ? 'write FROM <image>'
          : 'give the ARG a default above the first FROM, or a value in "build_args"',
    });
  }
  uses.push({ reference: image, where, stage: stages.length });
  stages.push({ name: name?.toLowerCase(), from: image, instructions: [], values: {} });
}

interface Arguments {
  readonly global: Record<string, string>;
  readonly buildArgs: Values;
}

function readLine(
  instruction: Instruction,
  where: string,
  { global, buildArgs }: Arguments,
  { stages, uses }: Stages,
): void {
  const stage = stages.at(-1);
  const values = stage?.values ?? global;
  if (instruction.keyword === 'ARG' || (instruction.keyword === 'ENV' && stage !== undefined)) {
    for (const [name, value] of parseAssignments(instruction.text)) {
      const given = instruction.keyword === 'ARG' ? buildArgs[name] : undefined;
      const inherited = stage === undefined ? '' : (global[name] ?? '');
      values[name] = given ?? (value === undefined ? inherited : substitute(value, values));
    }
  }
  if (stage === undefined) return;
  stage.instructions.push(instruction);
  for (const reference of imagesUsed(instruction))
    uses.push({ reference: substitute(reference, values), where, stage: stages.length });
}

function imagesUsed({ keyword, text }: Instruction): readonly string[] {
  const options = /^(?:--\S+\s+)*/.exec(text)?.[0] ?? '';
  if (keyword === 'COPY') return [...options.matchAll(/--from=(\S+)/g)].map(([, image = '']) => image);
  if (keyword !== 'RUN') return [];
  return [...options.matchAll(/--mount=(\S+)/g)].flatMap(
    ([, mount = '']) => /(?:^|,)from=([^,]+)/.exec(mount)?.[1] ?? [],
  );
}

function isStage(reference: string, stages: readonly Stage[]): boolean {
  return findStage(reference, stages) !== undefined;
}

function findStage(reference: string, stages: readonly Stage[]): Stage | undefined {
  return (
    stages.findLast(({ name }) => name === reference.toLowerCase()) ??
    (/^\d+$/.test(reference) ? stages[Number(reference)] : undefined)
  );
}

/** The stages that make the result, the outermost first. */
function stageChain(stage: Stage, stages: readonly Stage[]): readonly Stage[] {
  const before = stages.slice(0, stages.indexOf(stage));
  const parent = findStage(stage.from, before);
  return parent === undefined ? [stage] : [...stageChain(parent, before), stage];
}

function unique(uses: readonly ImageUse[]): readonly ImageUse[] {
  return uses.filter(
    ({ reference }, index) => reference !== '' && uses.findIndex((other) => other.reference === reference) === index,
  );
}

/** Images of the old tool: what they were built on is gone. */
function oldBase({ reference, where }: ImageUse): readonly Problem[] {
  const [, name = ''] = /^dockerops\/(dockerops-(?:common|base|dns))-ubuntu[\d.]*(?::\S+)?$/.exec(reference) ?? [];
  if (name === '') return [];
  return [
    {
      where,
      message: `${reference} does not exist any more: base images are made of Debian`,
      suggestion: `write FROM dockerops/${name === 'dockerops-common' ? 'dockerops-common-debian12' : name}`,
    },
  ];
}
