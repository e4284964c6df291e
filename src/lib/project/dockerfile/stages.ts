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
  /** What its instructions need: other stages and images. */
  readonly uses: readonly Stage[];
  readonly images: readonly WrittenImage[];
}

/** An image that is named by an instruction. */
export interface ImageUse {
  readonly reference: string;
  readonly where: string;
}

/** The same, with the text that names it there. */
interface WrittenImage extends ImageUse {
  readonly written: string;
  readonly line: number;
}

export interface Stages {
  readonly stages: readonly Stage[];
  readonly problems: readonly Problem[];
}

interface GrowingStage extends Stage {
  readonly instructions: Instruction[];
  readonly values: Record<string, string>;
  readonly uses: Stage[];
  readonly images: WrittenImage[];
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
      this.#readFrom(instruction, where);
      return;
    }
    const stage = this.stages.at(-1);
    if (instruction.keyword === 'ARG' || (instruction.keyword === 'ENV' && stage !== undefined))
      this.#assign(instruction, stage);
    if (stage === undefined) return;
    stage.instructions.push(instruction);
    for (const reference of imagesUsed(instruction)) {
      const { used, image } = this.#find(substitute(reference, stage.values), {
        where,
        line: instruction.line,
        written: reference,
      });
      if (used !== undefined) stage.uses.push(used);
      if (image !== undefined) stage.images.push(image);
    }
  }

  #readFrom({ text, line }: Instruction, where: string): void {
    const { words } = instructionWords(text);
    const isValid = words.length === 1 || (words.length === 3 && /^as$/i.test(words[1] ?? ''));
    const written = isValid ? (words[0] ?? '') : '';
    const from = substitute(written, { ...automaticArgs, ...this.#global });
    if (from === '') this.problems.push({ where, ...fromProblem(text, written) });
    const { used: parent, image } = this.#find(from, { where, line, written });
    const name = isValid ? words[2]?.toLowerCase() : undefined;
    const uses = parent === undefined ? [] : [parent];
    const images = image === undefined ? [] : [image];
    const stage = { name, from, parent, instructions: [], values: emptyValues(), uses, images };
    this.stages.push(stage);
    if (name !== undefined) this.#named.set(name, stage);
  }

  /** The stage of a name or a number, of those before; anything else is an image. */
  #find(
    reference: string,
    place: Omit<WrittenImage, 'reference'>,
  ): { readonly used?: Stage; readonly image?: WrittenImage } {
    const numbered = /^\d+$/.test(reference) ? this.stages[Number(reference)] : undefined;
    const used = this.#named.get(reference.toLowerCase()) ?? numbered;
    if (used !== undefined) return { used };
    return reference === 'scratch' ? {} : { image: { reference, ...place } };
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

/** The stages that are built for one, in the order of the file. */
export function stagesFor(stage: Stage, stages: readonly Stage[]): readonly Stage[] {
  const needed = new Set([stage]);
  // A set that grows while it is walked is walked to its new end.
  for (const each of needed) for (const used of each.uses) needed.add(used);
  return stages.filter((each) => needed.has(each));
}

/** Without a prototype, as a variable may be called `constructor`. */
function emptyValues(): Record<string, string> {
  return Object.create(null) as Record<string, string>;
}
