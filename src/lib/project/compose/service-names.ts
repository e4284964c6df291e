import { labelComplaint, toDnsLabel } from '../conf/dns-label.ts';
import type { Remarks } from './remarks.ts';
import { textOf } from './yaml-values.ts';

/** The name here of each service. Names here are host names; of two that would become the same, one gets a number. */
export function serviceNames(names: readonly string[], remarks: Remarks): ReadonlyMap<string, string> {
  const taken = new Set(names.filter(canStay));
  return new Map(names.map((name) => [name, canStay(name) ? name : rename(name, taken, remarks)]));
}

/** Base services begin with `dockerops-`. */
function canStay(name: string): boolean {
  return labelComplaint('service', name) === undefined && !name.startsWith('dockerops-');
}

function rename(name: string, taken: Set<string>, remarks: Remarks): string {
  const stem = stemOf(name);
  let free = stem;
  for (let number = 2; taken.has(free) || labelComplaint('service', free) !== undefined; number += 1)
    free = `${stem}-${textOf(number)}`;
  taken.add(free);
  remarks.convert(
    ['services', name],
    `the service ${name} is now called ${free}, a host name; services that name it in this file have a link`,
  );
  return free;
}

/** A valid beginning of a name, with room for a number. */
function stemOf(name: string): string {
  let label = toDnsLabel(name);
  while (label.startsWith('dockerops-')) label = label.slice('dockerops-'.length);
  return label.slice(0, 50).replace(/-$/, '') || 'service';
}
