import { closeSync, existsSync, fsyncSync, openSync, readdirSync, rmSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { ApplyHooks } from '../../apply/context.ts';
import { parseJson } from '../../json.ts';
import { makeOwnDirectory } from '../../trusted-file.ts';
import { messageOf, OperationFailed } from '../../errors.ts';
import { readProjectFile } from '../../project/read-project-file.ts';

/** One line: what has begun or is done, and when by the clock of this machine (ISO 8601). */
interface JournalLine {
  readonly at: string;
  /** The first line: how many operations the plan has, and the command. */
  readonly plan?: { readonly operations: number; readonly command: string };
  readonly begun?: string;
  readonly done?: string;
  readonly end?: true;
}

/** What a journal tells of one application of a plan. */
export interface JournalRecord {
  /** SHA-256 of the plan. */
  readonly plan: string;
  readonly begun: string;
  readonly command: string;
  readonly operations: number;
  readonly done: number;
  /** Absent: it was interrupted, or goes on. */
  readonly ended?: string;
}

const keptJournals = 50;

function journalDirectory(projectDirectory: string): string {
  return join(projectDirectory, '.dockerops', 'journal');
}

/** The record of an application of a plan, line by line on the disk before and after each operation. */
export class Journal implements Disposable {
  readonly #file: number;

  constructor(projectDirectory: string, sha256: string, plan: NonNullable<JournalLine['plan']>) {
    const directory = journalDirectory(projectDirectory);
    const path = join(directory, `${sha256}.jsonl`);
    try {
      if (!makeOwnDirectory(directory)) throw new Error('others could change it');
      const isNew = !existsSync(path);
      this.#file = openSync(path, 'a', 0o600);
      if (isNew) this.#write({ plan });
    } catch (cause) {
      throw new OperationFailed(`the journal ${path} cannot be written: ${messageOf(cause)}`, {
        code: 'JOURNAL',
        suggestions: [`see who may write there: ls -ld ${directory}`],
        cause,
      });
    }
    removeOldest(directory);
  }

  get hooks(): Required<ApplyHooks> {
    return {
      beforeOperation: ({ id }) => this.#write({ begun: id }),
      afterOperation: ({ id }) => this.#write({ done: id }),
    };
  }

  end(): void {
    this.#write({ end: true });
  }

  [Symbol.dispose](): void {
    closeSync(this.#file);
  }

  #write(line: Omit<JournalLine, 'at'>): void {
    writeSync(this.#file, `${JSON.stringify({ at: new Date().toISOString(), ...line })}\n`);
    fsyncSync(this.#file);
  }
}

/** What was applied, the newest first. */
export function readJournals(projectDirectory: string): readonly JournalRecord[] {
  const directory = journalDirectory(projectDirectory);
  if (!existsSync(directory)) return [];
  return readdirSync(directory)
    .filter((name) => name.endsWith('.jsonl'))
    .flatMap((name) => readJournal(projectDirectory, name.slice(0, -'.jsonl'.length)) ?? [])
    .sort((a, b) => (a.begun < b.begun ? 1 : -1));
}

/** Undefined: that plan was not applied here. The last line may have been cut off. */
export function readJournal(projectDirectory: string, sha256: string): JournalRecord | undefined {
  const path = join(journalDirectory(projectDirectory), `${sha256}.jsonl`);
  if (!existsSync(path)) return undefined;
  const lines = readProjectFile(path).split('\n').flatMap(lineIn);
  const [first] = lines;
  if (first?.plan === undefined) return undefined;
  const ended = lines.find(({ end }) => end === true)?.at;
  return {
    plan: sha256,
    begun: first.at,
    ...first.plan,
    done: new Set(lines.flatMap(({ done }) => done ?? [])).size,
    ...(ended === undefined ? {} : { ended }),
  };
}

function lineIn(text: string): readonly JournalLine[] {
  try {
    return text === '' ? [] : [parseJson(text) as JournalLine];
  } catch {
    return [];
  }
}

function removeOldest(directory: string): void {
  const journals = readdirSync(directory)
    .filter((name) => name.endsWith('.jsonl'))
    .map((name) => ({ path: join(directory, name), time: statSync(join(directory, name)).mtimeMs }))
    .sort((a, b) => b.time - a.time);
  for (const { path } of journals.slice(keptJournals)) rmSync(path, { force: true });
}
