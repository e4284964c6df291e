import { existsSync, readFileSync } from 'node:fs';
import { SourceMap } from 'node:module';

const place = /(?<![^\s(])([^\s(]*main(?:-[a-z_]+)?\.cjs):(\d+):(\d+)/g;

/** Replaces positions in the bundle by positions in the source, if the source map is beside the bundle. */
export function readableStack(stack: string): string {
  const [[, file] = []] = stack.matchAll(place);
  const map = file === undefined ? undefined : readMap(`${file}.map`);
  if (map === undefined) return stack;
  return stack.replace(place, (text, _file, line: string, column: string) => {
    const entry = map.findEntry(Number(line) - 1, Number(column) - 1);
    if (!('originalSource' in entry)) return text;
    const source = entry.originalSource.replace(/^(\.\.\/)+/, '');
    return [source, entry.originalLine + 1, entry.originalColumn + 1].join(':');
  });
}

function readMap(path: string): SourceMap | undefined {
  try {
    return existsSync(path)
      ? new SourceMap(JSON.parse(readFileSync(path, 'utf8')) as ConstructorParameters<typeof SourceMap>[0])
      : undefined;
  } catch {
    return undefined;
  }
}
