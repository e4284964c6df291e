import type { Style } from './style.ts';
import { renderTable, tableOptions, type Column } from './table.ts';

/** One line of `jobs ls`. */
export interface JobRow {
  readonly id: string;
  readonly name: string;
  readonly image: string;
  readonly command: string;
  readonly state: string;
  readonly error?: string;
  readonly exitCode?: number;
  readonly node?: string;
  readonly createdAt: string;
  readonly nextRunAt?: string;
}

const columns: readonly Column[] = [
  { title: 'ID' },
  { title: 'NAME' },
  { title: 'IMAGE', canShrink: true },
  { title: 'COMMAND', canShrink: true },
  { title: 'STATE' },
  { title: 'NODE' },
  { title: 'CREATED' },
  { title: 'DETAIL', canShrink: true },
];

/** Jobs as a table, with why they wait or have failed. */
export function renderJobs(jobs: readonly JobRow[], style: Style, width: number | undefined): string {
  if (jobs.length === 0) return 'no jobs\n';
  const rows = jobs.map((job) => [
    job.id,
    job.name,
    job.image,
    job.command,
    { text: job.state, paint: job.state === 'failed' ? style.red : (text: string) => text },
    job.node ?? '',
    job.createdAt.slice(0, 19).replace('T', ' '),
    detailOf(job),
  ]);
  return renderTable(columns, rows, tableOptions(style, width));
}

function detailOf({ error, nextRunAt }: JobRow): string {
  return error ?? (nextRunAt === undefined ? '' : `next run ${nextRunAt.slice(0, 16).replace('T', ' ')}`);
}
