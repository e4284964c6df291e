import { readdirSync, readFileSync } from 'node:fs';

const directory = new URL('../../docs/', import.meta.url);

/** Pages of docs/ by name. */
export const pages: readonly string[] = readdirSync(directory)
  .filter((name) => name.endsWith('.md'))
  .sort();

export interface DocBlock {
  /** The words after the opening fence: `console`, `json`, `dockerfile services/web/Dockerfile`. */
  readonly kind: string;
  readonly text: string;
  /** Last heading before it. */
  readonly heading: string;
  /** `docs/guide.md:12` */
  readonly place: string;
}

/** The fenced blocks of a page in order. */
export function blocksOf(page: string): readonly DocBlock[] {
  const blocks: DocBlock[] = [];
  let heading = '';
  let open: { readonly kind: string; readonly line: number; readonly lines: string[] } | undefined;
  readFileSync(new URL(page, directory), 'utf8')
    .split('\n')
    .forEach((line, index) => {
      const isFence = line.startsWith('```');
      if (isFence && open === undefined) open = { kind: line.slice(3).trim(), line: index + 1, lines: [] };
      else if (isFence && open !== undefined) {
        blocks.push({
          kind: open.kind,
          text: open.lines.join('\n'),
          heading,
          place: `docs/${page}:${String(open.line)}`,
        });
        open = undefined;
      } else if (open !== undefined) open.lines.push(line);
      else if (line.startsWith('#')) heading = line.replace(/^#+ /, '');
    });
  return blocks;
}
