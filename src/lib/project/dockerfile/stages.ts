import type { Problem } from '../../errors.ts';
import { instructionWords, optionValues } from './instruction-options.ts';
import type { Instruction } from './syntax.ts';
import { parseAssignments, substitute, TooLong, type Values } from './variables.ts';

/** What one FROM line and the instructions after it make. */
export interface Stage {
  /** Lower case; undefined without `AS`. */
  readonly name: string | undefined;
  readonly from: string;
  /** The stage that it is based on; undefined: an image. */
  readonly parent: Stage | undefined;
  readonly instructions: readonly Instruction[];
  /** Of ARG and ENV. */
  readonly values: Values;
}

/** An image that is named by an instruction. */
export interface ImageUse {
  readonly reference: string;
  readonly where: string;
}

export interface Stages {
  readonly stages: readonly Stage[];
  /** Without stages, of which only those before the one that uses them have a meaning. */
  readonly images: readonly ImageUse[];
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
  readonly images: ImageUse[] = [];
  readonly problems: Problem[] = [];
  readonly #file: string;
  readonly #buildArgs: Values;
  /** ARG lines before the first FROM. */
  readonly #global: Record<string, string> = emptyValues();
  readonly #named = new Map<string, Stage>();

  constructor(file: string, buildArgs: Values) {
    this.#file = file;
    this.#buildArgs = buildArgs;
  }

  read(instruction: Instruction): void {
    const where = `${this.#file}:${String(instruction.line)}:1`;
    try {
      this.#read(instruction, where);
    } catch (error) {
      if (!(error instanceof TooLong)) throw error;
      const message = `${instruction.keyword} has ${error.message} once its variables are replaced`;
      this.problems.push({ where, message, suggestion: 'shorten their values' });
    }
  }

  #read(instruction: Instruction, where: string): void {
    if (instruction.keyword === 'FROM') {
      this.#readFrom(instruction.text, where);
      return;
    }
    const stage = this.stages.at(-1);
    if (instruction.keyword === 'ARG' || (instruction.keyword === 'ENV' && stage !== undefined))
      this.#assign(instruction, stage);
    if (stage === undefined) return;
    stage.instructions.push(instruction);
    for (const reference of imagesUsed(instruction)) this.#use(substitute(reference, stage.values), where);
  }

  #readFrom(text: string, where: string): void {
    const { words } = instructionWords(text);
    const isValid = words.length === 1 || (words.length === 3 && /^as$/i.test(words[1] ?? ''));
    const written = isValid ? (words[0] ?? '') : '';
    const from = substitute(written, { ...automaticArgs, ...this.#global });
    if (from === '') this.problems.push({ where, ...fromProblem(text, written) });
    const parent = this.#use(from, where);
    const name = isValid ? words[2]?.toLowerCase() : undefined;
    const stage = { name, from, parent, instructions: [], values: emptyValues() };
    this.stages.push(stage);
    if (name !== undefined) this.#named.set(name, stage);
  }

  /** The stage of a name or a number; anything else is an image. */
  #use(reference: string, where: string): Stage | undefined {
    const numbered = /^\d+$/.test(reference) ? this.stages[Number(reference)] : undefined;
    const stage = this.#named.get(reference.toLowerCase()) ?? numbered;
    if (stage === undefined && reference !== 'scratch') this.images.push({ reference, where });
    return stage;
  }

  /** A build argument beats what is written; an ARG without a value takes that of the global one. */
  #assign({ keyword, text }: Instruction, stage: GrowingStage | undefined): void {
    const values = stage?.values ?? this.#global;
    for (const [name, value] of parseAssignments(text)) {
      const given = keyword === 'ARG' && Object.hasOwn(this.#buildArgs, name) ? this.#buildArgs[name] : undefined;
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

/** The stages that the result is made of, each on the one before. */
export function stageChain(stage: Stage): readonly Stage[] {
  const chain: Stage[] = [];
  for (let each: Stage | undefined = stage; each !== undefined; each = each.parent) chain.push(each);
  return chain.reverse();
}

/** Without a prototype, as a variable may be called `constructor`. */
function emptyValues(): Record<string, string> {
  return Object.create(null) as Record<string, string>;
}
