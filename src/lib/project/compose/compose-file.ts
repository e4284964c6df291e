import { isAlias, isMap, isNode, isScalar, isSeq, LineCounter, parseDocument, type Node } from 'yaml';
import { UserError, type Problem, messageOf } from '../../errors.ts';

export type Path = readonly (string | number)[];
export type YamlMap = Readonly<Record<string, unknown>>;

/** A compose file: anchors and merge keys are resolved, variables are not. */
export interface ComposeFile {
  readonly name: string;
  readonly root: YamlMap;
  /** `compose.yaml:12:5` of a key or element; that of its parent where it has no place of its own. */
  placeOf(path: Path): string;
}

const maxAliases = 1000;

export function parseComposeFile(name: string, text: string): ComposeFile {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, merge: true, prettyErrors: false, uniqueKeys: true });
  const at = (offset: number): string => {
    const { line, col } = lines.linePos(offset);
    return `${name}:${line}:${col}`;
  };
  const problems = document.errors.map(({ pos, message }): Problem => ({ where: at(pos[0]), message }));
  const root: unknown = problems.length > 0 ? undefined : valueOf(document, name);
  if (problems.length === 0 && !isRecord(root))
    problems.push({ where: `${name}:1:1`, message: 'a compose file is a map with the key "services"' });
  if (!isRecord(root)) throw new UserError(`${name} cannot be read`, { code: 'INVALID_COMPOSE', problems });
  return { name, root, placeOf: (path) => at(offsetOf(document.contents, path)) };
}

/** Aliases of aliases can expand to any size, so their number is limited. */
function valueOf(document: ReturnType<typeof parseDocument>, name: string): unknown {
  try {
    return document.toJS({ maxAliasCount: maxAliases }) as unknown;
  } catch (cause) {
    throw new UserError(`${name} cannot be read: ${messageOf(cause)}`, { code: 'INVALID_COMPOSE', cause });
  }
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
