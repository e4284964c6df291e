import type { Problem } from '../../errors.ts';
import { instructionWords, optionValues } from './instruction-options.ts';
import type { Instruction } from './syntax.ts';
import { parseAssignments, substitute, type Values } from './variables.ts';

/** What one FROM line and the instructions after it make. */
export interface Stage {
  /** Lower case; undefined without `AS`. */
  readonly name: string | undefined;
  readonly from: string;
  readonly instructions: readonly Instruction[];
  /** Of ARG and ENV. */
  readonly values: Values;
}

/** An image or a stage that is named by an instruction. */
export interface ImageUse {
  readonly reference: string;
  readonly where: string;
}

/** `stage` is the number of stages before the one that uses it: names of later stages mean images. */
type StagedUse = ImageUse & { readonly stage: number };

export interface Stages {
  readonly stages: readonly Stage[];
  readonly uses: readonly StagedUse[];
  readonly problems: readonly Problem[];
}

interface GrowingStage extends Stage {
  readonly instructions: Instruction[];
  readonly values: Record<string, string>;
}

/** FROM may use these without an ARG. The engine chooses the platform, so they are empty here. */
const automaticArgs: Values = { BUILDPLATFORM: '', TARGETPLATFORM: '' };

/** Reads the stages of a Dockerfile, with the variables that are set in each. */
export function readStages(file: string, instructions: readonly Instruction[], buildArgs: Values): Stages {
  const reader = new StageReader(file, buildArgs);
  for (const instruction of instructions) reader.read(instruction);
  return reader;
}

class StageReader implements Stages {
  readonly stages: GrowingStage[] = [];
  readonly uses: StagedUse[] = [];
  readonly problems: Problem[] = [];
  readonly #file: string;
  readonly #buildArgs: Values;
  /** ARG lines before the first FROM. */
  readonly #global: Record<string, string> = {};

  constructor(file: string, buildArgs: Values) {
    this.#file = file;
    this.#buildArgs = buildArgs;
  }

  read(instruction: Instruction): void {
    const where = `${this.#file}:${String(instruction.line)}:1`;
    if (instruction.keyword === 'FROM') {
      this.#readFrom(instruction.text, where);
      return;
    }
    const stage = this.stages.at(-1);
    if (instruction.keyword === 'ARG' || (instruction.keyword === 'ENV' && stage !== undefined))
      this.#assign(instruction, stage);
    if (stage === undefined) return;
    stage.instructions.push(instruction);
    for (const reference of imagesUsed(instruction))
      this.uses.push({ reference: substitute(reference, stage.values), where, stage: this.stages.length });
  }

  #readFrom(text: string, where: string): void {
    const { words } = instructionWords(text);
    const isValid = words.length === 1 || (words.length === 3 && /^as$/i.test(words[1] ?? ''));
    const written = isValid ? (words[0] ?? '') : '';
    const from = substitute(written, { ...automaticArgs, ...this.#global });
    if (from === '') this.problems.push({ where, ...fromProblem(text, written) });
    this.uses.push({ reference: from, where, stage: this.stages.length });
    this.stages.push({ name: isValid ? words[2]?.toLowerCase() : undefined, from, instructions: [], values: {} });
  }

  /** A build argument beats what is written; an ARG without a value takes that of the global one. */
  #assign({ keyword, text }: Instruction, stage: GrowingStage | undefined): void {
    const values = stage?.values ?? this.#global;
    for (const [name, value] of parseAssignments(text)) {
      const given = keyword === 'ARG' ? this.#buildArgs[name] : undefined;
      const inherited = stage === undefined ? '' : (this.#global[name] ?? '');
      values[name] = given ?? (value === undefined ? inherited : substitute(value, values));
    }
  }
}

function fromProblem(text: string, written: string): Pick<Problem, 'message' | 'suggestion'> {
  if (written === '') return { message: `FROM ${text} names no image`, suggestion: 'write FROM <image>' };
  return {
    message: `the image of FROM ${written} is empty`,
    suggestion: 'give the ARG a default above the first FROM, or a value in "build_args"',
  };
}

/** Of COPY --from and RUN --mount=from. */
function imagesUsed({ keyword, text }: Instruction): readonly string[] {
  const { options } = instructionWords(text);
  if (keyword === 'COPY') return optionValues(options, 'from');
  if (keyword !== 'RUN') return [];
  return optionValues(options, 'mount').flatMap((mount) => /(?:^|,)from=([^,]+)/.exec(mount)?.[1] ?? []);
}

/** The stage of a name or a number. */
export function findStage(reference: string, stages: readonly Stage[]): Stage | undefined {
  return (
    stages.findLast(({ name }) => name === reference.toLowerCase()) ??
    (/^\d+$/.test(reference) ? stages[Number(reference)] : undefined)
  );
}

/** The stages that the result is made of, each on the one before. */
export function stageChain(stage: Stage, stages: readonly Stage[]): readonly Stage[] {
  const before = stages.slice(0, stages.indexOf(stage));
  const parent = findStage(stage.from, before);
  return parent === undefined ? [stage] : [...stageChain(parent, before), stage];
}
