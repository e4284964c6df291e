import type { Node } from 'jsonc-parser';
import type { Problem } from '../../errors.ts';
import type { ConfText } from './conf-text.ts';

/** Segments of a path into a conf: `['0', 'links', '1']`. */
export type ConfPath = readonly string[];

/** The node at a path; where there is none, the last node on the path. */
export function nodeAt(root: Node, path: ConfPath): Node {
  const [segment, ...rest] = path;
  if (segment === undefined) return root;
  const child = root.type === 'array' ? root.children?.[Number(segment)] : memberOf(root, segment)?.children?.[1];
  return child === undefined ? root : nodeAt(child, rest);
}

/** The property (key and value) of an object; of a key that appears twice the last, as that counts. */
export function memberOf(node: Node, key: string): Node | undefined {
  return node.children?.findLast((member) => member.children?.[0]?.value === key);
}

export function placeOfPath(conf: ConfText, path: ConfPath): string {
  return conf.root === undefined ? `${conf.file}:1:1` : conf.placeAt(nodeAt(conf.root, path).offset);
}

export function placeOfKey(conf: ConfText, path: ConfPath, key: string): string {
  if (conf.root === undefined) return `${conf.file}:1:1`;
  const node = nodeAt(conf.root, path);
  return conf.placeAt(memberOf(node, key)?.offset ?? node.offset);
}

/** The value of a node as plain data; objects without a prototype, so that no key is special. */
export function valueOf(node: Node, numberOf: (node: Node) => unknown = ({ value }) => value as unknown): unknown {
  if (node.type === 'array') return (node.children ?? []).map((child) => valueOf(child, numberOf));
  if (node.type !== 'object') return node.type === 'number' ? numberOf(node) : node.value;
  const object: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
  for (const { children: [key, value] = [] } of node.children ?? [])
    if (key !== undefined && value !== undefined) object[String(key.value)] = valueOf(value, numberOf);
  return object;
}

/** The place of each part of a value by its path (`links.0`): for a member its key, for an element its beginning. */
export function placesOf(conf: ConfText, node: Node, path = ''): readonly (readonly [string, string])[] {
  const inside = (key: string): string => (path === '' ? key : `${path}.${key}`);
  if (node.type === 'array') {
    return (node.children ?? []).flatMap((child, index) => [
      [inside(String(index)), conf.placeAt(child.offset)] as const,
      ...placesOf(conf, child, inside(String(index))),
    ]);
  }
  return node.type !== 'object'
    ? []
    : (node.children ?? []).flatMap((member) => {
        const [key, value] = member.children ?? [];
        const name = inside(String(key?.value));
        return [
          [name, conf.placeAt(member.offset)] as const,
          ...(value === undefined ? [] : placesOf(conf, value, name)),
        ];
      });
}

/** Keys that appear twice in one object: JSON would silently take the last. */
export function repeatedKeys(conf: ConfText): readonly Problem[] {
  return conf.root === undefined ? [] : repeatedIn(conf, conf.root);
}

function repeatedIn(conf: ConfText, node: Node): readonly Problem[] {
  const inside = (node.children ?? []).flatMap((child) => repeatedIn(conf, child));
  if (node.type !== 'object') return inside;
  const known = new Set<unknown>();
  const repeated = (node.children ?? []).flatMap(({ children: [key] = [] }) => {
    if (key === undefined) return [];
    const isKnown = known.has(key.value);
    known.add(key.value);
    return isKnown ? [key] : [];
  });
  return [
    ...repeated.map((key) => ({
      where: conf.placeAt(key.offset),
      message: `the key "${String(key.value)}" appears twice in one object`,
      suggestion: 'keep one of them',
    })),
    ...inside,
  ];
}
