import type { Problem } from '../../errors.ts';
import { type Complaint, labelComplaint, maxHostNameLength, toDnsLabel } from './dns-label.ts';
import { instanceKey, keyComplaint } from './instance-key.ts';
import { placeIn, type RunConfEntry } from './run-conf-entry.ts';

/** As long as a generated name. */
const anyName = '01234567';

/** Names of an entry that cannot become host names. */
export function nameProblems(entry: RunConfEntry): readonly Problem[] {
  const { service, instance, hostname } = entry.values;
  const complaints: readonly (readonly [string, Complaint | undefined])[] = [
    ['service', labelComplaint('service', service)],
    ['instance', labelComplaint('instance', instance ?? anyName)],
    ['hostname', typeof hostname !== 'string' ? undefined : hostNameComplaint(hostname)],
    ['instance', keyComplaint(instanceKey(service, instance ?? anyName))],
  ];
  return complaints.flatMap(([path, complaint]) =>
    complaint === undefined ? [] : [{ where: placeIn(entry, path), ...complaint }],
  );
}

function hostNameComplaint(hostname: string): Complaint | undefined {
  const parts = hostname.split('.');
  if (!parts.every((part) => labelComplaint('', part.toLowerCase()) === undefined)) {
    const valid = parts.map(toDnsLabel).filter((part) => part !== '');
    return {
      message: `"hostname" is "${hostname}", which is not a valid host name`,
      suggestion: `write "${valid.join('.') || 'host'}"`,
    };
  }
  if (hostname.length <= maxHostNameLength) return undefined;
  return {
    message: `"hostname" has ${String(hostname.length)} characters; the limit of Linux is ${String(maxHostNameLength)}`,
    suggestion: 'shorten it, or remove it: names in the DNS do not depend on it',
  };
}

/** Two entries of one instance, or of two instances whose names become the same: `a-b` with `c`, and `a` with `b-c`. */
export function repeatedEntries(entries: readonly RunConfEntry[]): readonly Problem[] {
  const firsts = new Map<string, RunConfEntry>();
  return entries.flatMap((entry) => {
    const name = nameOf(entry);
    const first = firsts.get(name);
    if (first === undefined) firsts.set(name, entry);
    return first === undefined ? [] : [repetition(name, entry, first)];
  });
}

function nameOf({ values: { service, instance } }: RunConfEntry): string {
  return typeof instance === 'string' ? instanceKey(service, instance) : `${service} without an instance name`;
}

function repetition(name: string, entry: RunConfEntry, first: RunConfEntry): Problem {
  const { service, instance } = first.values;
  if (service === entry.values.service)
    return {
      where: entry.where,
      message: `there is another entry for ${name}, at ${first.where}`,
      suggestion: 'merge the two, or give this one another "instance"',
    };
  const owner = `service "${service}", instance "${String(instance)}" at ${first.where}`;
  return {
    where: entry.where,
    message: `the name ${name} is also that of ${owner}`,
    suggestion: 'give one of them another "instance"',
  };
}
