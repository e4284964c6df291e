import type { DnsHolder, DnsNames } from '../../directories/dns-answers.ts';
import type { DnsReport } from '../../use-cases/dns/dns-check.ts';
import type { Explanation } from '../../use-cases/dns/dns-why.ts';
import type { Style } from './style.ts';
import { renderTable, type Cell, type TableOptions } from './table.ts';

/** The names of the zone, one line for each holder:
 * ```
 * NAME      ADDRESS    HOLDER    POLICY  AGE   HELD BY  ENGINE
 * demo      10.1.2.3   demo-one  APPEND  2m    client   agrees
 *           10.1.2.4   demo-two  APPEND  2m    client   agrees
 * ```
 */
export function renderDnsNames({ zone, names }: DnsNames, style: Style, width?: number): string {
  const rows = names.flatMap((name) => nameRows(name, style));
  return `zone ${zone}\n${renderTable(nameColumns, rows, tableOptions(style, width))}`;
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
  ]);
  return [...orphaned, ...held].map((cells, index) => [index === 0 ? name : '', ...cells]);
}

function tableOptions(style: Style, width: number | undefined): TableOptions {
  return { style, ...(width === undefined ? {} : { width }) };
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

function keyOf({ service, instance }: DnsHolder): string {
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

/** Who claims a name, who wins and why, and what an instance resolves it to. */
export function renderDnsWhy(explanation: Explanation, style: Style, width?: number): string {
  const { name, claims, from } = explanation;
  const table =
    claims.length === 0
      ? []
      : [renderTable(claimColumns, claimRows(claims, style), tableOptions(style, width)).trimEnd()];
  return [nameText(explanation), ...table, ...insideLines(from, name, style)].join('\n');
}

function nameText({ name, zone, addresses, reason }: Explanation): string {
  const answer = addresses.length === 0 ? 'does not resolve' : `resolves to ${addresses.join(', ')}`;
  return `${name}.${zone} ${answer}${reason === undefined ? '' : `: ${reason}`}`;
}

const claimColumns = [
  { title: 'CLAIMED BY' },
  { title: 'ADDRESS' },
  { title: 'POLICY' },
  { title: 'AGE' },
  { title: 'WINS' },
  { title: 'WHY', canShrink: true },
];

function claimRows(claims: Explanation['claims'], style: Style): readonly (readonly Cell[])[] {
  return claims.map((claim) => [
    keyOf(claim),
    claim.address ?? '',
    claim.policy,
    renderAge(claim.ageSeconds),
    claim.wins ? { text: 'yes', paint: style.green } : 'no',
    claim.reason,
  ]);
}

function insideLines(from: Explanation['from'], name: string, style: Style): readonly string[] {
  if (from === undefined) return [];
  const { instance, addresses, agrees } = from;
  if (addresses === undefined)
    return [style.yellow(`${instance} cannot look it up: its image has neither getent nor nslookup`)];
  const answer = `${instance} resolves ${name} to ${addresses.length === 0 ? 'nothing' : addresses.join(', ')}`;
  return [
    agrees
      ? style.green(`${answer}, as the DNS does`)
      : style.red(`${answer}, unlike the DNS; answers are cached for up to 5 s`),
  ];
}

/** Every difference and problem of the DNS, one line each, then the notes. */
export function renderDnsCheck(report: DnsReport, style: Style): string {
  const problems = problemLines(report, style);
  return [
    ...(problems.length === 0 ? [style.green('the DNS matches its leases and the running containers')] : problems),
    ...noteLines(report, style),
  ].join('\n');
}

function problemLines(report: DnsReport, style: Style): readonly string[] {
  const { fixed, differences, notLeases, withdrawnButRenewing, readmitted, unpublished, wrongAddresses } = report;
  const line = (title: string, text: string, remedy: string | false): string =>
    `${style.red(title)}: ${text}${remedy === false ? '' : style.green(` (${remedy})`)}`;
  return [
    ...differences.map(({ what, name, type, data }) => line(what, `${name} ${type} ${data}`, fixed && 'fixed')),
    ...notLeases.map((text) => line('not a lease', text, fixed && 'fixed')),
    ...withdrawnButRenewing.map((key) =>
      line('withdrawn', `${key}, but it still runs`, readmitted.includes(key) && 'readmitted'),
    ),
    ...unpublished.map((one) =>
      line('no name', `${one.key} runs but has no name: ${one.reason}`, one.fixed && 'fixed'),
    ),
    ...wrongAddresses.map(({ name, address, key, expected }) => {
      const where = expected === undefined ? 'has no address for others' : `is found at ${expected}`;
      return line('wrong address', `${name} leads to ${address}, but ${key} ${where}; rerun ${key}`, false);
    }),
    ...(report.isFull
      ? [line('full', 'there are too many leases; an instance that starts now gets no name', false)]
      : []),
    ...(report.leasesShown
      ? []
      : [line('not shown', 'the name server does not fetch the leases, so clients register again and again', false)]),
  ];
}

function noteLines({ engineDenies, severalStarts, projectKey }: DnsReport, style: Style): readonly string[] {
  const texts = [
    ...engineDenies.map((key) => `${key} has a lease, but its container does not run; its names are already withdrawn`),
    ...severalStarts.map((key) => `${key} has leases from several starts; the newest one counts`),
    ...projectKey.map((key) => `${key} signs with the project's key and can take every name; rerun gives it its own`),
  ];
  return texts.map((text) => `${style.dim('note')}: ${text}`);
}
