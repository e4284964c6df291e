import { onDemand } from '../../lazy.ts';

/** An instruction of a Dockerfile with its first line, counted from 1. Comments are kept: `#UDP_EXPOSE` is one. */
export interface Instruction {
  readonly line: number;
  /** How many lines it has, without its here-documents. */
  readonly lines: number;
  /** Upper case; `#` for a comment. */
  readonly keyword: string;
  /** What follows the keyword, with continued lines joined. */
  readonly text: string;
}

/** Splits a Dockerfile: continued lines are joined, comments between them dropped, here-documents skipped. */
export function parseInstructions(text: string): readonly Instruction[] {
  const lines = text.replace(/^\uFEFF/, '').split(/\r?\n/);
  const escape = escapeCharacter(lines);
  const findEnd = hereDocumentEnds(lines);
  const instructions: Instruction[] = [];
  for (let index = 0; index < lines.length;) {
    const { instruction, next } = readInstruction(lines, index, escape, findEnd);
    if (instruction !== undefined) instructions.push(instruction);
    index = next;
  }
  return instructions;
}

/** `# escape=` counts only among the parser directives, which are the first comments of a Dockerfile. */
export function escapeCharacter(lines: readonly string[]): string {
  const end = lines.findIndex((line) => !/^\s*#\s*\w+\s*=/.test(line));
  const directive = lines
    .slice(0, end === -1 ? undefined : end)
    .map((line) => /^\s*#\s*escape\s*=\s*([\\`])\s*$/i.exec(line)?.[1]);
  return directive.find((found) => found !== undefined) ?? '\\';
}

interface Read {
  readonly instruction: Instruction | undefined;
  readonly next: number;
}

function readInstruction(lines: readonly string[], start: number, escape: string, findEnd: FindEnd): Read {
  const first = (lines[start] ?? '').trim();
  if (first === '') return { instruction: undefined, next: start + 1 };
  if (first.startsWith('#'))
    return { instruction: { line: start + 1, lines: 1, keyword: '#', text: first.slice(1).trim() }, next: start + 1 };
  const { text, next } = joinLines(lines, start, escape);
  const [keyword = ''] = /^\S+/.exec(text.trim()) ?? [];
  const rest = text.trim().slice(keyword.length).trim();
  return {
    instruction: { line: start + 1, lines: next - start, keyword: keyword.toUpperCase(), text: rest },
    next: skipHereDocuments(findEnd, next, keyword, rest),
  };
}

function joinLines(
  lines: readonly string[],
  start: number,
  escape: string,
): { readonly text: string; readonly next: number } {
  const pieces: string[] = [];
  for (let index = start; index < lines.length; index += 1) {
    const line = lines[index] ?? '';
    // Docker skips comments and empty lines within a continued instruction.
    if (index > start && (line.trim() === '' || line.trim().startsWith('#'))) continue;
    const trimmed = line.trimEnd();
    if (!trimmed.endsWith(escape)) return { text: [...pieces, line].join(' '), next: index + 1 };
    pieces.push(trimmed.slice(0, -1));
  }
  return { text: pieces.join(' '), next: lines.length };
}

/** The first line from an index that is a word alone. */
type FindEnd = (word: string, from: number) => number | undefined;

/** Lines are indexed at the first question, so that many documents take no longer than one. */
function hereDocumentEnds(lines: readonly string[]): FindEnd {
  const index = onDemand(() => Map.groupBy([...lines.keys()].reverse(), (line) => lines[line]?.trim()));
  return (word, from) => {
    const places = index().get(word) ?? [];
    // Questions come in the order of the lines, so what lies before is not needed again.
    while ((places.at(-1) ?? from) < from) places.pop();
    return places.at(-1);
  };
}

const hereDocument = /<<-?\s*(["']?)([A-Za-z_][A-Za-z0-9_]*)\1/g;

function skipHereDocuments(findEnd: FindEnd, start: number, keyword: string, rest: string): number {
  if (!/^(RUN|COPY|ADD)$/i.test(keyword)) return start;
  return [...rest.matchAll(hereDocument)].reduce((from, [, , word]) => {
    const end = findEnd(word ?? '', from);
    return end === undefined ? from : end + 1;
  }, start);
}
