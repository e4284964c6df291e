import { labelComplaint, toDnsLabel } from '../conf/dns-label.ts';
import { importedInstance } from './convert-dependencies.ts';
import type { Remarks } from './remarks.ts';
import { textOf } from './yaml-values.ts';

/** The name here of each service. Names here are host names; of two that would become the same, one gets a number. */
export function serviceNames(names: readonly string[], remarks: Remarks): ReadonlyMap<string, string> {
  const stays = (name: string): boolean => isValid(name) && !isOfInstance(name, names);
  const taken = new Set(names.filter(stays));
  return new Map(names.map((name) => [name, stays(name) ? name : rename(name, { taken, names }, remarks)]));
}

/** Base services begin with `dockerops-`. */
function isValid(name: string): boolean {
  return labelComplaint('service', name) === undefined && !name.startsWith('dockerops-');
}

/** It would be that of an instance of another service, too. */
function isOfInstance(name: string, names: readonly string[]): boolean {
  const end = `-${importedInstance}`;
  return name.endsWith(end) && names.includes(name.slice(0, -end.length));
}

function rename(
  name: string,
  { taken, names }: { readonly taken: Set<string>; readonly names: readonly string[] },
  remarks: Remarks,
): string {
  const stem = stemOf(name);
  let free = stem;
  for (let number = 2; taken.has(free) || !isValid(free) || isOfInstance(free, names); number += 1)
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
