import type { DnsReport } from '../../use-cases/dns/dns-check.ts';
import type { Style } from './style.ts';
import { textOfLines } from './terminal-text.ts';

/** Every difference and problem of the DNS, one line each, then the notes. */
export function renderDnsCheck(report: DnsReport, style: Style): string {
  const problems = problemLines(report, style);
  return textOfLines([
    ...(problems.length === 0 ? [style.green('the DNS matches its leases and the running containers')] : problems),
    ...noteLines(report, style),
  ]);
}

function problemLines(report: DnsReport, style: Style): readonly string[] {
  const { fixed, differences, notLeases, withdrawnButRenewing, readmitted, unpublished } = report;
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
    ...report.wrongAddresses.map(({ name, address, key, expected, fixed: isFixed }) => {
      const where = expected === undefined ? 'has no address for others' : `is found at ${expected}`;
      const text = `${name} resolves to ${address}, but ${key} ${where}`;
      return line('wrong address', isFixed ? text : `${text}; rerun ${key}`, isFixed && 'fixed');
    }),
    ...report.refusedNames.map(({ name, instance, reason }) =>
      line('refused', `${instance} is not found as ${name}: ${reason}; rename one of them`, false),
    ),
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
