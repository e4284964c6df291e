import { appendFile, access, writeFile } from 'node:fs/promises';
import { cpus, release, totalmem } from 'node:os';
import { cases, reachOf } from './cases.ts';
import type { CaseResult } from './run-case.ts';
import { median, pairwiseRatios } from './statistics.ts';

const columns = ['case', 'n', 'others', 'dockerops', 'compose', 'floor', 'ratio', 'spread', 'reach', ''] as const;

/** The figures as a Markdown table that is also readable in a terminal. */
export function renderTable(results: readonly CaseResult[]): string {
  return markdownTable(columns, results.map(row));
}

/** How times grow with the number of instances: for each tool the ratio to its time at the smallest size. */
export function renderGrowth(results: readonly CaseResult[]): string {
  const rows = results.flatMap((result) => {
    const smallest = results
      .filter(({ name, others }) => name === result.name && others === result.others)
      .toSorted((a, b) => a.size - b.size)[0];
    if (smallest === undefined || smallest.size === result.size) return [];
    const growth = (['dockerops', 'compose', 'floor'] as const).map((tool) =>
      quotient(result.values[tool], smallest.values[tool]),
    );
    return [
      [
        result.title,
        `${String(smallest.size)} to ${String(result.size)}`,
        `x ${(result.size / smallest.size).toFixed(1)}`,
        ...growth,
      ],
    ];
  });
  return rows.length === 0 ? '' : markdownTable(['growth', 'n', 'instances', 'dockerops', 'compose', 'floor'], rows);
}

function quotient(values: readonly number[] = [], smallest: readonly number[] = []): string {
  return values.length === 0 || smallest.length === 0 ? '' : `x ${(median(values) / median(smallest)).toFixed(2)}`;
}

function row({ name, title, size, others, values }: CaseResult): string[] {
  const benchCase = cases.find((each) => each.name === name);
  const ratios = pairwiseRatios(values.dockerops ?? [], values.compose ?? []);
  const ratio = ratios.length === 0 ? undefined : median(ratios);
  const reach = benchCase && reachOf(benchCase, size);
  const unit = benchCase?.metric === 'memory' ? 'MiB' : 'ms';
  return [
    title,
    benchCase?.from === 'none' ? '' : String(size),
    others,
    ...[values.dockerops, values.compose, values.floor].map((each = []) =>
      each.length === 0 ? '' : `${median(each).toFixed(0)} ${unit}`,
    ),
    ratio?.toFixed(2) ?? '',
    ratios.length === 0 ? '' : `${Math.min(...ratios).toFixed(2)} to ${Math.max(...ratios).toFixed(2)}`,
    reach === undefined ? '' : `<= ${String(reach)}`,
    reach === undefined || ratio === undefined ? '' : ratio <= reach ? 'reached' : 'not reached',
  ];
}

function markdownTable(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = header.map((title, index) =>
    Math.max(title.length, 3, ...rows.map((cells) => (cells[index] ?? '').length)),
  );
  const line = (cells: readonly string[]) =>
    `| ${widths.map((width, index) => (cells[index] ?? '').padEnd(width)).join(' | ')} |`;
  return [line(header), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n');
}

export function describeMachine(): string {
  const [cpu] = cpus();
  return (
    `${String(cpus().length)} x ${cpu?.model ?? 'unknown'}, ` +
    `${(totalmem() / 2 ** 30).toFixed(0)} GiB, kernel ${release()}`
  );
}

/** Appends a section to the file. */
export async function record(path: string, heading: string, body: string): Promise<void> {
  await access(path).catch(() =>
    writeFile(
      path,
      '# Measured against docker compose\n\n' +
        'Written by `npm run bench -- --record`. Ratio: median of the ratios of each round, dockerops / docker ' +
        'compose.\n',
    ),
  );
  await appendFile(path, `\n## ${heading}\n\n${body}\n`);
}
