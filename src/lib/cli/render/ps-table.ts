import type { ContainerState, Health, ObservedPort } from '../../model/observed-state.ts';
import type { Style } from './style.ts';
import { renderTable, tableOptions, tableWidth, type Cell, type Column } from './table.ts';

/** One line of `ps`. */
export interface PsRow {
  readonly id: string;
  /** Empty for a container that is no instance of a project. */
  readonly project?: string;
  readonly service: string;
  readonly instance: string;
  readonly type: string;
  readonly image: string;
  readonly state: ContainerState;
  readonly health: Health;
  readonly exitCode?: number | undefined;
  /** A job that has succeeded. */
  readonly completed?: true | undefined;
  /** Why it is not healthy or not ready, in a few words. */
  readonly trouble?: string | undefined;
  /** On the project's network; empty when it has none. */
  readonly address: string;
  readonly ports: readonly ObservedPort[];
  /** Fields that differ from the desired state, or another reason; empty: up to date. */
  readonly drift?: readonly string[] | undefined;
  /** Its DNS names; undefined if the DNS was not asked. */
  readonly names?: readonly string[] | undefined;
}

const identity: readonly Column[] = [
  { title: 'SERVICE' },
  { title: 'INSTANCE' },
  { title: 'TYPE' },
  { title: 'IMAGE', canShrink: true },
  { title: 'STATE', canShrink: true },
  { title: 'ADDRESS' },
  { title: 'PORTS', canShrink: true },
];

export interface PsOptions {
  /** Of the terminal, if there is one. */
  readonly width?: number | undefined;
  /** The rows are of every project: show the project, also if it is the same for all. */
  readonly everyProject?: boolean;
}

/** The instances as a table, without columns that are empty or the same for all. */
export function renderPs(
  rows: readonly PsRow[],
  style: Style,
  { width, everyProject = false }: PsOptions = {},
): string {
  if (rows.length === 0) return 'no instances\n';
  const hasProjects = everyProject || new Set(rows.map(({ project = '' }) => project)).size > 1;
  const hasDrift = rows.some((row) => (row.drift ?? []).length > 0);
  const hasNames = rows.some((row) => row.names !== undefined);
  const columns: readonly Column[] = [
    { title: 'ID' },
    ...(hasProjects ? [{ title: 'PROJECT' }] : []),
    ...identity,
    ...(hasDrift ? [{ title: 'DRIFT', canShrink: true }] : []),
    ...(hasNames ? [{ title: 'NAMES', canShrink: true }] : []),
  ];
  const cells = rows.map((row) => [
    row.id.replace(/^sha256:/, '').slice(0, 12),
    ...(hasProjects ? [row.project ?? ''] : []),
    ...cellsOf(row, style),
    ...(hasDrift ? [driftCell(row, style)] : []),
    ...(hasNames ? [(row.names ?? []).join(' ')] : []),
  ]);
  if (width !== undefined && tableWidth(columns, cells) > width) return renderNarrow(columns, cells, style, width);
  return renderTable(columns, cells, tableOptions(style, width));
}

const narrowIdLength = 8;

/** Without what says least: the end of ids, images, and columns that are empty. Then columns are cut. */
function renderNarrow(
  columns: readonly Column[],
  rows: readonly (readonly Cell[])[],
  style: Style,
  width: number,
): string {
  const isKept = ({ title }: Column, index: number): boolean =>
    title !== 'IMAGE' && rows.some((row) => row[index] !== '');
  const kept = columns.flatMap((column, index) => (isKept(column, index) ? [index] : []));
  const cells = rows.map((row) => {
    const [id, ...others] = kept.map((index) => row[index] ?? '');
    return [typeof id === 'string' ? id.slice(0, narrowIdLength) : '', ...others];
  });
  return renderTable(
    columns.filter((_, index) => kept.includes(index)),
    cells,
    tableOptions(style, width),
  );
}

function cellsOf(row: PsRow, style: Style): readonly Cell[] {
  return [row.service, row.instance, row.type, row.image, stateCell(row, style), row.address, renderPorts(row.ports)];
}

function stateCell({ state, health, exitCode, trouble, completed }: PsRow, style: Style): Cell {
  if (completed === true) return { text: 'completed', paint: style.green };
  const isRunning = state === 'running';
  const more = isRunning ? (health === 'none' ? [] : [health]) : exitCode === undefined ? [] : [`exit ${exitCode}`];
  const text = [state, ...[...more, ...(trouble === undefined ? [] : [trouble])].map((part) => `(${part})`)].join(' ');
  if (!isRunning || health === 'unhealthy' || trouble !== undefined) return { text, paint: style.red };
  return { text, paint: health === 'starting' ? style.yellow : style.green };
}

function driftCell(row: PsRow, style: Style): Cell {
  return { text: (row.drift ?? []).join(', '), paint: style.yellow };
}

/**
 * Published ports with who can reach them: `8080->80 (loopback)`. Unpublished ones are left out; IPv4 and IPv6 of the
 * same port are one.
 */
export function renderPorts(ports: readonly ObservedPort[]): string {
  const published = ports
    .filter((port) => port.host !== undefined)
    .map(
      (port) => `${port.host ?? ''}->${port.container}${port.protocol === 'udp' ? '/udp' : ''} (${reachOf(port.ip)})`,
    );
  return [...new Set(published)].join(', ');
}

function reachOf(ip: string | undefined): string {
  if (ip === undefined || ip === '' || ip === '0.0.0.0' || ip === '::') return 'all addresses';
  return ip.startsWith('127.') || ip === '::1' ? 'loopback' : `on ${ip}`;
}
