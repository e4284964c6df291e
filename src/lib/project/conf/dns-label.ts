/** Names of projects, services and instances are DNS labels: they become host names. */
const form = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;
export const maxLabelLength = 63;
/** Limit of Linux for the host name of a machine, with dots. */
export const maxHostNameLength = 64;

export function isDnsLabel(name: string): boolean {
  return form.test(name);
}

/** The nearest label to a name: `My_App` gives `my-app`. Empty when the name has no valid character. */
export function toDnsLabel(name: string): string {
  const plain = name.normalize('NFKD').replaceAll(/\p{M}/gu, '').toLowerCase();
  return plain
    .replaceAll(/[^a-z0-9]+/g, '-')
    .slice(0, maxLabelLength + 1)
    .replace(/^-/, '')
    .slice(0, maxLabelLength)
    .replace(/-$/, '');
}

/** Words that commands take in place of the name of a service. */
const reserved: ReadonlySet<string> = new Set(['all', 'reallyall']);

/** What is wrong with a value, and what to write instead. */
export interface Complaint {
  readonly message: string;
  readonly suggestion: string;
}

/** Why a name cannot be used; undefined when it can. */
export function labelComplaint(kind: string, name: string): Complaint | undefined {
  if (kind === 'service' && reserved.has(name))
    return {
      message: `a service cannot be called "${name}": in commands this word means all services`,
      suggestion: 'choose another name',
    };
  if (isDnsLabel(name)) return undefined;
  const label = toDnsLabel(name);
  return {
    message:
      `the ${kind} name "${name}" is not a valid host name: ` +
      `use up to ${String(maxLabelLength)} lower-case letters, digits and inner "-"`,
    suggestion: label === '' ? 'choose another name' : `write "${label}"`,
  };
}
