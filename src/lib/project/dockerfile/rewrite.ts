import { posix } from 'node:path';
import { optionValues } from './instruction-options.ts';
import { readStages, type Stage } from './stages.ts';
import { escapeCharacter, parseInstructions, type Instruction } from './syntax.ts';
import { substitute, type Values } from './variables.ts';

export interface DockerfileChanges {
  readonly buildArgs: Values;
  /** What images are to be called, by the reference that the Dockerfile has. */
  readonly images: Readonly<Record<string, string>>;
  /**
   * A folder of the context that has all of the context but the Dockerfile: instructions that would copy the Dockerfile
   * with other files copy from there.
   */
  readonly context?: string | undefined;
}

/** A Dockerfile with other names of images, or another folder to copy from. All lines stay where they are. */
export function rewriteDockerfile(text: string, { buildArgs, images, context }: DockerfileChanges): string {
  const instructions = parseInstructions(text);
  const { stages } = readStages('', instructions, buildArgs);
  const sources = sourceTexts(text, instructions);
  const edits = stages.flatMap((stage) => [
    ...renamings(stage, images, sources),
    ...(context === undefined ? [] : copyings(stage, context, sources)),
  ]);
  return applyEdits(text, edits);
}

/** Replaces `length` characters. */
interface Edit {
  readonly at: number;
  readonly length: number;
  readonly by: string;
}

function applyEdits(text: string, edits: readonly Edit[]): string {
  return edits
    .toSorted((a, b) => b.at - a.at)
    .reduce((changed, { at, length, by }) => changed.slice(0, at) + by + changed.slice(at + length), text);
}

/** The text of an instruction in its file, in which line ends and comments are spaces, so that places are the same. */
interface SourceText {
  readonly start: number;
  readonly text: string;
}

/** By the line of the instruction. */
function sourceTexts(text: string, instructions: readonly Instruction[]): ReadonlyMap<number, SourceText> {
  const lines = text.split('\n');
  const escape = escapeCharacter(lines.map((line) => line.replace(/^\uFEFF|\r$/g, '')));
  const starts = [0];
  for (const line of lines) starts.push((starts.at(-1) ?? 0) + line.length + 1);
  return new Map(
    instructions.map(({ line, lines: count }) => {
      const own = lines.slice(line - 1, line - 1 + count).map((each, index) => blanked(each, index > 0, escape));
      return [line, { start: starts[line - 1] ?? 0, text: own.join(' ') }];
    }),
  );
}

function blanked(line: string, isContinued: boolean, escape: string): string {
  if (isContinued && (line.trim() === '' || line.trim().startsWith('#'))) return ' '.repeat(line.length);
  const end = line.trimEnd();
  return (end.endsWith(escape) ? end.slice(0, -1) : end).replace(/^\uFEFF/, ' ').padEnd(line.length);
}

function renamings(
  stage: Stage,
  images: DockerfileChanges['images'],
  sources: ReadonlyMap<number, SourceText>,
): Edit[] {
  return stage.images.flatMap(({ reference, written, line }) => {
    const source = sources.get(line);
    const by = Object.hasOwn(images, reference) ? images[reference] : undefined;
    if (source === undefined || by === undefined) return [];
    const at = wordsOf(source.text, /[^\s=,"]+/g).find(({ word }) => word === written)?.at;
    return at === undefined ? [] : [{ at: source.start + at, length: written.length, by }];
  });
}

interface Word {
  readonly word: string;
  readonly at: number;
}

function wordsOf(text: string, pattern: RegExp, from = 0): readonly Word[] {
  return [...text.slice(from).matchAll(pattern)].map((match) => ({ word: match[0], at: from + match.index }));
}

function copyings(stage: Stage, context: string, sources: ReadonlyMap<number, SourceText>): Edit[] {
  return stage.instructions.flatMap(({ keyword, line }) => {
    const source = sources.get(line);
    if (source === undefined) return [];
    const edits =
      keyword === 'COPY' || keyword === 'ADD'
        ? copySources(source.text, context, stage.values)
        : keyword === 'RUN'
          ? mountSources(source.text, context)
          : [];
    return edits.map((edit) => ({ ...edit, at: source.start + edit.at }));
  });
}

function copySources(text: string, context: string, values: Values): readonly Edit[] {
  const end = /^\s*\S+(?:\s+--\S+)*\s*/.exec(text)?.[0].length ?? 0;
  const options = text.slice(0, end).split(/\s+/);
  if (optionValues(options, 'from').length > 0) return [];
  // The path below `/./` is kept by --parents.
  const by = options.includes('--parents') ? `${context}/./` : `${context}/`;
  const isList = text.startsWith('[', end);
  return wordsOf(text, isList ? /"(?:[^"\\]|\\.)*"/g : /\S+/g, end)
    .slice(0, -1)
    .filter(({ word }) => mayCopyDockerfile(substitute(word.replace(/^(["'])(.*)\1$/, '$2'), values)))
    .map(({ word, at }) => ({ at: at + (/^["']/.test(word) ? 1 : 0), length: 0, by }));
}

/** The Dockerfile lies in the context itself, so folders of the context are no matter. */
function mayCopyDockerfile(source: string): boolean {
  if (/^(?:[a-z]+:\/\/|git@|<<)/i.test(source)) return false;
  const path = posix.normalize(`/${source}`).replace(/^\/|\/$/g, '');
  return path === '' || path === 'Dockerfile' || (!path.includes('/') && /[*?[]/.test(path));
}

/** Of `RUN --mount=type=bind`, which is the default type. */
function mountSources(text: string, context: string): readonly Edit[] {
  const end = /^\s*\S+(?:\s+--\S+)*/.exec(text)?.[0].length ?? 0;
  return wordsOf(text.slice(0, end), /--mount=\S+/g).flatMap(({ word, at }) => {
    const fields = wordsOf(word, /[^,]+/g, '--mount='.length);
    const has = (pattern: RegExp): boolean => fields.some((field) => pattern.test(field.word));
    if (has(/^from=/) || (has(/^type=/) && !has(/^type=bind$/))) return [];
    const source = fields.find((field) => /^(?:source|src)=/.test(field.word));
    if (source === undefined) return [{ at: at + word.length, length: 0, by: `,source=${context}` }];
    const value = source.word.replace(/^\w+=/, '');
    if (!mayCopyDockerfile(value)) return [];
    return [{ at: at + source.at + source.word.length - value.length, length: 0, by: `${context}/` }];
  });
}
