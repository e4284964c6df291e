import { isAlias, isMap, isNode, isScalar, isSeq, Lexer, LineCounter, parseDocument, visit, type Node } from 'yaml';
import { replacedPaths, withoutPath } from './replaced-paths.ts';
import { UserError, type Problem, messageOf } from '../../errors.ts';

export type Path = readonly (string | number)[];
export type YamlMap = Readonly<Record<string, unknown>>;

/**
 * A compose file: anchors and merge keys are resolved, variables are not. A number that JavaScript would write in
 * another way (`1.10`, `022`, one of 18 digits) is a text, as it is written.
 */
export interface ComposeFile {
  readonly name: string;
  readonly root: YamlMap;
  /** `compose.yaml:12:5` of a key or element; that of its parent where it has no place of its own. */
  placeOf(path: Path): string;
  /** What counts in place of the same in earlier files, and is not merged with it. */
  readonly replaced: readonly (readonly string[])[];
  /** Of the .env files of what it includes. */
  readonly variables?: Readonly<Record<string, string>>;
}

/** Of the whole file, with aliases expanded. */
const maxValues = 200_000;
/** Enough for hundreds of services; a larger text would take seconds. */
const maxCharacters = 256 * 1024;

export function parseComposeFile(name: string, text: string): ComposeFile {
  if (text.length > maxCharacters) throw unreadable(name, `it has more than ${maxCharacters} characters`);
  if (isDeep(text)) throw unreadable(name, tooDeep);
  const lines = new LineCounter();
  const document = shallow(name, () =>
    parseDocument(text, { lineCounter: lines, merge: true, prettyErrors: false, uniqueKeys: true, logLevel: 'error' }),
  );
  const at = (offset: number): string => {
    const { line, col } = lines.linePos(offset);
    return `${name}:${line}:${col}`;
  };
  const problems = document.errors.map(({ pos, message }): Problem => ({ where: at(pos[0]), message }));
  const root: unknown = problems.length > 0 ? undefined : valueOf(document, name);
  if (problems.length === 0 && !isRecord(root))
    problems.push({ where: `${name}:1:1`, message: 'a compose file is a map with the key "services"' });
  if (!isRecord(root)) throw new UserError(`${name} cannot be read`, { code: 'INVALID_COMPOSE', problems });
  const replaced = replacedPaths(document);
  return {
    name,
    root: replaced.filter(({ isReset }) => isReset).reduce((map, { path }) => withoutPath(map, path) as YamlMap, root),
    replaced: replaced.map(({ path }) => path),
    placeOf: (path) => at(offsetOf(document.contents, path)),
  };
}

/** Aliases of aliases can expand to any size, so what they expand to is limited, and not how many there are. */
function valueOf(document: ReturnType<typeof parseDocument>, name: string): unknown {
  keepNumbers(document);
  try {
    const value: unknown = document.toJS({ maxAliasCount: -1 });
    refuseTooMany(name, value);
    return value;
  } catch (cause) {
    if (cause instanceof UserError) throw cause;
    throw unreadable(name, cause instanceof RangeError ? tooDeep : messageOf(cause), cause);
  }
}

function keepNumbers(document: ReturnType<typeof parseDocument>): void {
  visit(document, {
    Scalar(_, node) {
      if (typeof node.value === 'number' && node.source !== undefined && String(node.value) !== node.source)
        node.value = node.source;
    },
  });
}

/** Throws where a value has more parts than what is read of one project. */
export function refuseTooMany(name: string, value: unknown): void {
  if (countValues(value) > maxValues) throw unreadable(name, `it expands to more than ${maxValues} values`);
}

/** Stops soon after the maximum. */
function countValues(value: unknown, depth = 0, counted = 0): number {
  if (depth > maxDepth) throw new RangeError(tooDeep);
  let count = counted + 1;
  if (typeof value !== 'object' || value === null) return count;
  for (const member of Object.values(value)) {
    if (count > maxValues) return count;
    count = countValues(member, depth + 1, count);
  }
  return count;
}

const tooDeep = 'values are nested too deeply';

const maxDepth = 100;

/** The time of the parser grows with the cube of the depth; that of its lexer does not. */
function isDeep(text: string): boolean {
  if (new RegExp(`^[ ?-]{${2 * maxDepth}}`, 'm').test(text)) return true;
  let depth = 0;
  for (const token of new Lexer().lex(text)) {
    if (token === '[' || token === '{') depth += 1;
    if (token === ']' || token === '}') depth -= 1;
    if (depth > maxDepth) return true;
  }
  return false;
}

/** The parser calls itself for each level, so that its stack can overflow. */
function shallow<T>(name: string, parse: () => T): T {
  try {
    return parse();
  } catch (cause) {
    if (cause instanceof RangeError) throw unreadable(name, tooDeep, cause);
    throw cause;
  }
}

function unreadable(name: string, reason: string, cause?: unknown): UserError {
  return new UserError(`${name} cannot be read: ${reason}`, { code: 'INVALID_COMPOSE', cause });
}

function offsetOf(start: unknown, path: Path): number {
  let node = start;
  let offset = isNode(node) ? (node.range?.[0] ?? 0) : 0;
  for (const step of path) {
    const next = childOf(node, step);
    if (next === undefined) return offset;
    offset = next.place.range?.[0] ?? offset;
    node = isAlias(next.value) ? undefined : next.value;
  }
  return offset;
}

function childOf(node: unknown, step: string | number): { readonly place: Node; readonly value: unknown } | undefined {
  if (isSeq(node)) {
    const item = node.items[Number(step)];
    return isNode(item) ? { place: item, value: item } : undefined;
  }
  const pair = isMap(node)
    ? node.items.find(({ key }) => isScalar(key) && String(key.value) === String(step))
    : undefined;
  return pair !== undefined && isNode(pair.key) ? { place: pair.key, value: pair.value } : undefined;
}

export function isRecord(value: unknown): value is YamlMap {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
