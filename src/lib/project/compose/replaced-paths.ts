import { type Document, isPair, isScalar, isSeq, visit } from 'yaml';

/** Keys with the tags by which a file replaces what earlier files say, in place of being merged with it. */
export interface ReplacedPath {
  readonly path: readonly string[];
  /** `!reset`: there is no new value. */
  readonly isReset: boolean;
}

/** The paths with `!reset` or `!override`; those inside of lists have no meaning. */
export function replacedPaths(document: Document): readonly ReplacedPath[] {
  const found: ReplacedPath[] = [];
  visit(document, {
    Node(_, node, ancestors) {
      if ((node.tag !== '!reset' && node.tag !== '!override') || ancestors.some(isSeq)) return;
      const keys = ancestors.flatMap((each) => (isPair(each) && isScalar(each.key) ? [String(each.key.value)] : []));
      found.push({ path: keys, isReset: node.tag === '!reset' });
    },
  });
  return found;
}

/** A value without what is at a path, if there is something. */
export function withoutPath(value: unknown, [key, ...rest]: readonly string[]): unknown {
  if (key === undefined || typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const map = value as Readonly<Record<string, unknown>>;
  if (!Object.hasOwn(map, key)) return value;
  const { [key]: member, ...others } = map;
  return rest.length === 0 ? others : { ...map, [key]: withoutPath(member, rest) };
}
