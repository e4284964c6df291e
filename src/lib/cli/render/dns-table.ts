import type { DnsHolder, DnsNames } from '../../directories/dns-answers.ts';
import type { DnsReport } from '../../use-cases/dns/dns-check.ts';
import type { Explanation } from '../../use-cases/dns/dns-why.ts';
import type { Style } from './style.ts';
import { renderTable, type Cell } from './table.ts';

/** The names of the zone, one line for each holder:
 * ```
 * NAME      ADDRESS    HOLDER    POLICY  AGE   HELD BY  ENGINE
 * demo      10.1.2.3   demo-one  APPEND  2m    client   agrees
 *           10.1.2.4   demo-two  APPEND  2m    client   agrees
 * ```
 */
export function renderDnsNames({ zone, names }: DnsNames, style: Style, width?: number): string {
  const columns = [
    { title: 'NAME' },
    { title: 'ADDRESS' },
    { title: 'HOLDER' },
    { title: 'POLICY' },
    { title: 'AGE' },
    { title: 'HELD BY' },
    { title: 'ENGINE', canShrink: true },
  ];
  const rows = names.flatMap(({ name, addresses, holders }) => {
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
    return [...orphaned, ...held].map((cells, index): readonly Cell[] => [index === 0 ? name : '', ...cells]);
  });
  return `zone ${zone}\n${renderTable(columns, rows, { style, ...(width === undefined ? {} : { width }) })}`;
}

/** In brackets: claimed, but not what the name leads to. */
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

/** Who claims a name, who wins and why, and what an instance gets. */
export function renderDnsWhy(
  { name, zone, addresses, claims, reason, from }: Explanation,
  style: Style,
  width?: number,
): string {
  const head = `${name}.${zone} ${addresses.length === 0 ? 'leads nowhere' : `is ${addresses.join(', ')}`}${reason === undefined ? '' : `: ${reason}`}`;
  const columns = [
    { title: 'CLAIMED BY' },
    { title: 'ADDRESS' },
    { title: 'POLICY' },
    { title: 'AGE' },
    { title: 'WINS' },
    { title: 'WHY', canShrink: true },
  ];
  const rows = claims.map((claim): readonly Cell[] => [
    keyOf(claim),
    claim.address ?? '',
    claim.policy,
    renderAge(claim.ageSeconds),
    claim.wins ? { text: 'yes', paint: style.green } : 'no',
    claim.reason,
  ]);
  return [
    head,
    ...(rows.length === 0
      ? []
      : [renderTable(columns, rows, { style, ...(width === undefined ? {} : { width }) }).trimEnd()]),
    ...insideLines(from, name, style),
  ].join('\n');
}

function insideLines(from: Explanation['from'], name: string, style: Style): readonly string[] {
  if (from === undefined) return [];
  if (from.addresses === undefined)
    return [style.yellow(`${from.instance} cannot be asked: its image has neither getent nor nslookup`)];
  const gets = `${from.instance} gets ${from.addresses.length === 0 ? 'nothing' : from.addresses.join(', ')} for ${name}`;
  return [
    from.agrees
      ? style.green(`${gets}, as the DNS says`)
      : style.red(`${gets}, which is not what the DNS says; the answers live for 5 s`),
  ];
}

/** Everything that is not as it should be, one line each. */
export function renderDnsCheck(report: DnsReport, style: Style): string {
  const { fixed, differences, notLeases, engineDenies, withdrawnButRenewing, severalStarts, readmitted, unpublished } =
    report;
  const mended = fixed ? style.green(' (fixed)') : '';
  const wrong = [
    ...differences.map(({ what, name, type, data }) => `${style.red(what)}: ${name} ${type} ${data}${mended}`),
    ...notLeases.map((text) => `${style.red('not a lease')}: ${text}${mended}`),
    ...withdrawnButRenewing.map(
      (key) =>
        `${style.red('withdrawn')}: ${key}, but it runs on${readmitted.includes(key) ? style.green(' (let in again)') : ''}`,
    ),
    ...unpublished.map(
      ({ key, reason, fixed: isMended }) =>
        `${style.red('not found')}: ${key} runs and has no name: ${reason}${isMended ? style.green(' (fixed)') : ''}`,
    ),
  ];
  const notes = [
    ...engineDenies.map(
      (key) => `${style.dim('note')}: ${key} has a lease, but its container does not run; its names are gone already`,
    ),
    ...severalStarts.map((key) => `${style.dim('note')}: ${key} has leases of several starts; the newest counts`),
  ];
  return [
    ...(wrong.length === 0 ? [style.green('the DNS agrees with its leases and with the engine')] : wrong),
    ...notes,
  ].join('\n');
}
