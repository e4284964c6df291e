import { switchTable } from '../../switches.ts';
import { isRecord } from './compose-file.ts';
import { interpolate, soleVariable } from './interpolate.ts';
import type { ServiceContext } from './service-context.ts';

type Variables = Record<string, string | null>;

const fixed: ReadonlySet<string> = new Set([
  'SERVICE',
  'INSTANCE',
  'INSTANCE_TYPE',
  'HOST_HOSTNAME',
  ...Object.values(switchTable).flatMap(({ variable }) => variable ?? []),
]);

/** `environment` as a map or a list. What comes from `.env` goes to host.conf, which is not committed either; null in run.conf says that it must be supplied. */
export function convertEnvironment(value: unknown, context: ServiceContext): Variables {
  const result: Variables = {};
  for (const { name, raw, step } of pairsOf(value)) {
    const path = ['environment', step];
    if (!/^[A-Za-z_][A-Za-z0-9_.-]*$/.test(name)) context.lose(path, `"${name}" is no name of a variable`);
    else if (fixed.has(name)) context.lose(path, `${name} is set by dockerops itself`, 'rename it in the image');
    else result[name] = raw === undefined ? supplied(name, name, context, path) : valueOf(name, raw, context, path);
  }
  return result;
}

function valueOf(
  name: string,
  raw: string,
  context: ServiceContext,
  path: readonly (string | number)[],
): string | null {
  const sole = soleVariable(raw);
  // The environment and host.conf beat run.conf, so the default alone says the same.
  if (sole?.name === name && sole.fallback !== undefined && context.variables[name] === undefined) return sole.fallback;
  const { text, used } = interpolate(raw, context.variables);
  if (used.length === 0) return text;
  const missing = used.filter(({ from }) => from === 'nothing');
  if (sole !== undefined && (missing.length > 0 || used.some(({ from }) => from === 'env file')))
    return supplied(name, sole.name, context, path);
  if (missing.length > 0) {
    context.lose(
      path,
      `${name} is made of ${missing.map((one) => one.name).join(', ')}, which nothing here gives`,
      `supply ${name} in host.conf or the environment`,
    );
    return null;
  }
  if (used.some(({ from }) => from === 'env file')) return onHost(name, text, context, path);
  context.tell(path, `${name} is ${text}, by the defaults of ${used.map((one) => one.name).join(', ')}`);
  return text;
}

/** Its value is another variable's. */
function supplied(
  name: string,
  source: string,
  context: ServiceContext,
  path: readonly (string | number)[],
): string | null {
  const value = context.variables[source];
  if (value !== undefined) return onHost(name, value, context, path);
  context.lose(path, `${name} has no value here`, `supply ${name} in host.conf or the environment`);
  return null;
}

function onHost(name: string, value: string, context: ServiceContext, path: readonly (string | number)[]): null {
  context.keepOnHost(path, name, value);
  return null;
}

function pairsOf(
  value: unknown,
): readonly { readonly name: string; readonly raw: string | undefined; readonly step: string | number }[] {
  if (isRecord(value))
    return Object.entries(value).map(([name, raw]) => ({
      name,
      step: name,
      raw: raw === null || raw === undefined ? undefined : String(raw),
    }));
  if (!Array.isArray(value)) return [];
  return value.map((item, step) => {
    const [, name = '', raw] = /^([^=]*)(?:=([^]*))?$/.exec(String(item)) ?? [];
    return { name, raw, step };
  });
}
