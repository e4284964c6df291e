import type { DnsHolder, DnsNames } from '../../directories/dns-answers.ts';
import type { Style } from './style.ts';
import { renderTable, tableOptions, type Cell } from './table.ts';

/** The names of the zone, one line for each holder:
 * ```
 * NAME      ADDRESS    HOLDER    POLICY  AGE   HELD BY  ENGINE
 * demo      10.1.2.3   demo-one  APPEND  2m    client   agrees
 *           10.1.2.4   demo-two  APPEND  2m    client   agrees
 * ```
 */
export function renderDnsNames({ zone, names }: DnsNames, style: Style, width?: number): string {
  const rows = names.flatMap((name) => nameRows(name, style));
  const hasNotes = names.some(({ holders }) => holders.some(({ refused }) => refused !== undefined));
  const columns = hasNotes ? [...nameColumns, { title: 'NOTE', canShrink: true }] : nameColumns;
  return `zone ${zone}\n${renderTable(columns, rows, tableOptions(style, width))}`;
}

const nameColumns = [
  { title: 'NAME' },
  { title: 'ADDRESS' },
  { title: 'HOLDER' },
  { title: 'POLICY' },
  { title: 'AGE' },
  { title: 'HELD BY' },
  { title: 'ENGINE', canShrink: true },
];

/** First the addresses that nobody holds, then a row for each holder; the name is in the first row only. */
function nameRows({ name, addresses, holders }: DnsNames['names'][number], style: Style): readonly (readonly Cell[])[] {
  const orphaned = addresses
    .filter((address) => !holders.some((holder) => holder.address === address))
    .map((address): readonly Cell[] => [address]);
  const held = holders.map((holder): readonly Cell[] => [
    addressCell(holder, addresses, style),
    keyOf(holder),
    holder.policy,
    renderAge(holder.ageSeconds),
    holder.heldBy,
    engineCell(holder, style),
    ...(holder.refused === undefined ? [] : [{ text: holder.refused, paint: style.red }]),
  ]);
  return [...orphaned, ...held].map((cells, index) => [index === 0 ? name : '', ...cells]);
}

/** In brackets: claimed, but the name does not resolve to it. */
function addressCell({ address }: DnsHolder, addresses: readonly string[], style: Style): Cell {
  if (address === undefined) return { text: '(none)', paint: style.dim };
  return addresses.includes(address) ? address : { text: `(${address})`, paint: style.dim };
}

function engineCell({ engine }: DnsHolder, style: Style): Cell {
  if (engine === 'unknown') return { text: 'elsewhere', paint: style.dim };
  return { text: engine, paint: engine === 'agrees' ? style.green : style.red };
}

export function keyOf({ service, instance }: DnsHolder): string {
  return `${service}-${instance}`;
}

const ageUnits = [
  ['d', 86_400],
  ['h', 3_600],
  ['m', 60],
] as const;

export function renderAge(seconds: number): string {
  const unit = ageUnits.find(([, size]) => seconds >= size);
  return unit === undefined ? `${String(Math.floor(seconds))}s` : `${String(Math.floor(seconds / unit[1]))}${unit[0]}`;
}
