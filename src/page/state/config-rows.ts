import type { ServiceConfig } from './documents.ts';

export interface ConfigRow {
  readonly field: string;
  readonly last: string | undefined;
  readonly next: string | undefined;
  readonly isChanged: boolean;
}

const secretName = /pass|secret|token|key|credential|auth/i;
const mask = '••••••';

/** Fields of two configurations side by side. What looks like a secret is compared and never shown. */
export function configRows(last: ServiceConfig | undefined, next: ServiceConfig): readonly ConfigRow[] {
  const [before, after] = [fieldsOf(last ?? {}), fieldsOf(next)];
  const names = [...new Set([...before.keys(), ...after.keys()])].sort();
  return names.map((field) => {
    const [old, now] = [before.get(field), after.get(field)];
    return { field, last: shown(field, old), next: shown(field, now), isChanged: last !== undefined && old !== now };
  });
}

/** The image is that of a version; the next one gets it with its deploy. */
function fieldsOf({ image: _image, env = {}, ...rest }: ServiceConfig): ReadonlyMap<string, string> {
  const variables = Object.entries(env).map(([name, value]) => [`env.${name}`, textOf(value)] as const);
  return new Map([...Object.entries(rest).map(([name, value]) => [name, textOf(value)] as const), ...variables]);
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function shown(field: string, value: string | undefined): string | undefined {
  return value !== undefined && field.startsWith('env.') && secretName.test(field) ? mask : value;
}
