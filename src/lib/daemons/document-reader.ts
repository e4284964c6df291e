import { findNearest } from '../did-you-mean.ts';
import type { Problem } from '../errors.ts';
import { placesOf, repeatedKeys, valueOf } from '../project/conf/conf-node.ts';
import { parseConfText, type ConfText } from '../project/conf/conf-text.ts';

/** A JSON text (comments and trailing commas allowed) as data in which every part knows where it was written. */
export interface ReadDocument {
  readonly root: DocumentPart;
  /** All problems of the text, and those that readers of its parts add with `fail`. */
  readonly problems: Problem[];
  /** What does not keep the rest from being used. */
  readonly warnings: Problem[];
}

/** `name` is the first part of every place: a file, or the key of a directory. */
export function readDocument(name: string, text: string): ReadDocument {
  const conf = parseConfText(name, text);
  const { root } = conf;
  const start = `${name}:1:1`;
  const isEmpty = root === undefined && conf.problems.length === 0;
  const problems: Problem[] = isEmpty
    ? [{ where: start, message: 'it is empty' }]
    : [...conf.problems, ...(root === undefined ? [] : repeatedKeys(conf))];
  const places = new Map(root === undefined ? [] : placesOf(conf, root));
  const warnings: Problem[] = [];
  const source = { problems, warnings, placeOf: (path: string) => places.get(path) ?? start };
  return { root: new DocumentPart(source, '', plainValue(conf)), problems, warnings };
}

/** A number whose text would change (1.10 is not 1.1) stays text. */
function plainValue(conf: ConfText): unknown {
  if (conf.root === undefined) return undefined;
  return valueOf(conf.root, (node) => {
    const raw = conf.text.slice(node.offset, node.offset + node.length);
    return String(node.value) === raw ? (node.value as unknown) : raw;
  });
}

interface Source {
  readonly problems: Problem[];
  readonly warnings: Problem[];
  placeOf(path: string): string;
}

/** One value of a document. What has the wrong type becomes a problem and reads as absent or empty. */
export class DocumentPart {
  readonly value: unknown;
  readonly #source: Source;
  readonly #path: string;

  constructor(source: Source, path: string, value: unknown) {
    this.#source = source;
    this.#path = path;
    this.value = value;
  }

  get isPresent(): boolean {
    return this.value !== undefined;
  }

  /** `operator.json:3:5`; for a part that is absent, the start of the document. */
  get place(): string {
    return this.#source.placeOf(this.#path);
  }

  fail(message: string, suggestion?: string): undefined {
    const advice = suggestion === undefined ? {} : { suggestion };
    this.#source.problems.push({ where: this.place, message, ...advice });
    return undefined;
  }

  member(key: string): DocumentPart {
    return this.#inside(key, isRecord(this.value) ? this.value[key] : undefined);
  }

  /** The members of an object whose keys are known; any other key is a problem, or only a warning. */
  members<Key extends string>(
    known: readonly Key[],
    others: 'problems' | 'warnings' = 'problems',
  ): Readonly<Record<Key, DocumentPart>> {
    for (const [key, part] of this.entries())
      if (!known.some((each) => each === key)) this.#source[others].push(part.#unknown(key, this.#path, known));
    return Object.fromEntries(known.map((key) => [key, this.member(key)])) as Record<Key, DocumentPart>;
  }

  /** The members of an object with any keys. */
  entries(): readonly (readonly [key: string, part: DocumentPart])[] {
    if (isRecord(this.value)) return Object.entries(this.value).map(([key, each]) => [key, this.#inside(key, each)]);
    if (this.isPresent) this.fail(`${this.#name} must be an object in { }`);
    return [];
  }

  items(): readonly DocumentPart[] {
    if (Array.isArray(this.value)) return this.value.map((each, index) => this.#inside(String(index), each));
    if (this.isPresent) this.fail(`${this.#name} must be a list in [ ]`);
    return [];
  }

  text(): string | undefined {
    if (this.value === undefined || typeof this.value === 'string') return this.value;
    return this.fail(`${this.#name} must be text in double quotes`);
  }

  /** An object of texts; numbers and true or false are taken as they are written. */
  texts(): Readonly<Record<string, string>> {
    return Object.fromEntries(
      this.entries().flatMap(([key, part]) => {
        if (['string', 'number', 'boolean'].includes(typeof part.value)) return [[key, String(part.value)]];
        part.fail(`${part.#path} must be text in double quotes`);
        return [];
      }),
    );
  }

  get #name(): string {
    return this.#path === '' ? 'the value' : this.#path;
  }

  /** A null, which programs write for what they leave out, is absent. */
  #inside(key: string, value: unknown): DocumentPart {
    return new DocumentPart(this.#source, this.#path === '' ? key : `${this.#path}.${key}`, value ?? undefined);
  }

  #unknown(key: string, parent: string, known: readonly string[]): Problem {
    const nearest = findNearest(key, known);
    return {
      where: this.place,
      message: `unknown key "${key}"${parent === '' ? '' : ` in ${parent}`}`,
      suggestion: nearest === undefined ? `keys are ${known.join(', ')}` : `did you mean "${nearest}"?`,
    };
  }
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
