/** Names of projects, services and instances are DNS labels: they become host names. */
const form = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;
export const maxLabelLength = 63;
/** Of the whole host name of a machine, dots and all: Linux takes no longer one. */
export const maxHostNameLength = 64;

export function isDnsLabel(name: string): boolean {
  return form.test(name);
}

/** The nearest label to a name: `My_App` gives `my-app`. Empty when nothing of the name can be used. */
export function toDnsLabel(name: string): string {
  const plain = name.normalize('NFKD').replaceAll(/\p{M}/gu, '').toLowerCase();
  return plain
    .replaceAll(/[^a-z0-9]+/g, '-')
    .slice(0, maxLabelLength + 1)
    .replace(/^-/, '')
    .slice(0, maxLabelLength)
    .replace(/-$/, '');
}

const everything: ReadonlySet<string> = new Set(['all', 'reallyall']);

/** What is wrong with a value, and what to write instead. */
export interface Complaint {
  readonly message: string;
  readonly suggestion: string;
}

/** Why a name cannot be used; undefined when it can. */
export function labelComplaint(kind: string, name: string): Complaint | undefined {
  if (kind === 'service' && everything.has(name))
    return {
      message: `no service can be called "${name}": it is how commands are told to take all of them`,
      suggestion: 'choose another name',
    };
  if (isDnsLabel(name)) return undefined;
  const label = toDnsLabel(name);
  return {
    message: `${kind} name "${name}" cannot be a host name: lower-case letters, digits and inner "-", at most ${String(maxLabelLength)}`,
    suggestion: label === '' ? 'choose another name' : `write "${label}"`,
  };
}
