import type { Problem } from '../../errors.ts';
import { findNearest } from '../../did-you-mean.ts';
import { placesOf, repeatedKeys, valueOf } from '../../project/conf/conf-node.ts';
import { parseConfText } from '../../project/conf/conf-text.ts';

export type Members = Readonly<Record<string, unknown>>;

/** A JSON text (comments and trailing commas allowed) as plain data that knows where each part of it was written. */
export class Written {
  readonly value: unknown;
  readonly problems: Problem[];
  readonly #places: ReadonlyMap<string, string>;
  readonly #start: string;

  /** `name` begins every place: a file, or the key of a directory. */
  constructor(name: string, text: string) {
    const conf = parseConfText(name, text);
    const { root } = conf;
    this.#start = `${name}:1:1`;
    this.#places = new Map(root === undefined ? [] : placesOf(conf, root));
    // 1.10 is not 1.1: a number that would be printed otherwise stays text.
    this.value =
      root === undefined
        ? undefined
        : valueOf(root, (node) => {
            const raw = conf.text.slice(node.offset, node.offset + node.length);
            return String(node.value) === raw ? (node.value as unknown) : raw;
          });
    this.problems =
      root === undefined && conf.problems.length === 0
        ? [{ where: this.#start, message: 'it is empty' }]
        : [...conf.problems, ...repeatedKeys(conf)];
  }

  placeOf(path: string): string {
    return this.#places.get(path) ?? this.#start;
  }

  complain(path: string, message: string, suggestion?: string): undefined {
    this.problems.push({ where: this.placeOf(path), message, ...(suggestion === undefined ? {} : { suggestion }) });
    return undefined;
  }

  /** An object of which these keys are known; any other is a typo. */
  members(value: unknown, path: string, known: readonly string[]): Members {
    const members = this.record(value, path);
    for (const key of Object.keys(members).filter((each) => !known.includes(each))) {
      const nearest = findNearest(key, known);
      this.complain(
        inside(path, key),
        `unknown key "${key}"${path === '' ? '' : ` in ${path}`}`,
        nearest === undefined ? `keys are ${known.join(', ')}` : `did you mean "${nearest}"?`,
      );
    }
    return members;
  }

  /** An object with any keys; nothing when it is none. */
  record(value: unknown, path: string): Members {
    if (value === undefined || isRecord(value)) return value ?? {};
    this.complain(path, `${nameOf(path)} must be an object in { }`);
    return {};
  }

  list(value: unknown, path: string): readonly unknown[] {
    if (value === undefined || Array.isArray(value)) return (value ?? []) as readonly unknown[];
    this.complain(path, `${nameOf(path)} must be a list in [ ]`);
    return [];
  }

  text(value: unknown, path: string): string | undefined {
    if (value === undefined || typeof value === 'string') return value;
    return this.complain(path, `${nameOf(path)} must be text in double quotes`);
  }

  /** Names to texts; numbers and true or false are taken as they are written. */
  texts(value: unknown, path: string): Readonly<Record<string, string>> {
    return Object.fromEntries(
      Object.entries(this.record(value, path)).flatMap(([name, each]) => {
        if (['string', 'number', 'boolean'].includes(typeof each)) return [[name, String(each)]];
        this.complain(inside(path, name), `${inside(path, name)} must be text in double quotes`);
        return [];
      }),
    );
  }
}

export function isRecord(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function inside(path: string, key: string): string {
  return path === '' ? key : `${path}.${key}`;
}

function nameOf(path: string): string {
  return path === '' ? 'the value' : path;
}
