import type { Explanation } from '../../use-cases/dns/dns-why.ts';
import { keyOf, renderAge } from './dns-table.ts';
import type { Style } from './style.ts';
import { renderTable, tableOptions, type Cell } from './table.ts';

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
