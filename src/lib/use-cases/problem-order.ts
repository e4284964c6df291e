import type { Problem } from '../errors.ts';

/** Each problem once, by file, line and column; problems without a place come last. */
export function inOrder(problems: readonly Problem[]): readonly Problem[] {
  const unique = [...new Map(problems.map((problem) => [JSON.stringify(problem), problem])).values()];
  const places = new Map(unique.map((problem) => [problem, placeOf(problem)]));
  return unique.toSorted((a, b) => compare(places.get(a) ?? [], places.get(b) ?? []));
}

function placeOf({ where }: Problem): readonly (string | number)[] {
  const [, file = where ?? '\uFFFF', line = '0', column = '0'] = /^(.*?):(\d+):(\d+)$/.exec(where ?? '') ?? [];
  return [file, Number(line), Number(column)];
}

function compare(a: readonly (string | number)[], b: readonly (string | number)[]): number {
  const at = a.findIndex((part, index) => part !== b[index]);
  const [left, right] = [a[at], b[at]];
  if (left === undefined || right === undefined) return 0;
  return left < right ? -1 : 1;
}
