import { fixedVariableNames } from '../resolve/environment/instance-variables.ts';
import { isRecord, type Path } from './compose-file.ts';
import { type Interpolated, interpolate, soleVariable } from './interpolate.ts';
import type { ServiceContext } from './service-context.ts';
import { elementsOf, parseAssignment, textOf } from './yaml-values.ts';

/** A variable of `environment`, as written; without a value it takes that of the environment. */
interface Written {
  readonly name: string;
  readonly value: string | undefined;
  readonly path: Path;
}

const fixed: ReadonlySet<string> = new Set(fixedVariableNames);

/**
 * `environment` as a map or a list. A value that comes from `.env` goes to host.conf, which is not committed either; in
 * run.conf it is null, which says that it must be supplied.
 */
export function convertEnvironment(value: unknown, context: ServiceContext): Readonly<Record<string, string | null>> {
  const result: Record<string, string | null> = {};
  for (const variable of writtenVariables(value)) {
    const { name, path } = variable;
    if (!/^[A-Za-z_][A-Za-z0-9_.-]*$/.test(name)) context.drop(path, `"${name}" is not a name of a variable`);
    else if (fixed.has(name)) context.drop(path, `dockerops sets ${name} itself`, 'use another name in the image');
    else result[name] = convertVariable(variable, context);
  }
  return result;
}

function writtenVariables(value: unknown): readonly Written[] {
  if (isRecord(value))
    return Object.entries(value).map(([name, text]) => ({
      name,
      value: text === null || text === undefined ? undefined : textOf(text),
      path: ['environment', name],
    }));
  return elementsOf(value).map((item, index) => {
    const [name, text] = parseAssignment(textOf(item));
    return { name, value: text, path: ['environment', index] };
  });
}

/** The value for run.conf. */
function convertVariable(variable: Written, context: ServiceContext): string | null {
  const { name, value } = variable;
  if (value === undefined) return fromVariable(variable, name, context);
  const sole = soleVariable(value);
  // The environment and host.conf beat run.conf, so the default alone says the same.
  if (sole?.name === name && sole.fallback !== undefined && context.variables[name] === undefined) return sole.fallback;
  const interpolated = interpolate(value, context.variables);
  const isSupplied = interpolated.used.some(({ from }) => from !== 'default');
  return sole !== undefined && isSupplied
    ? fromVariable(variable, sole.name, context)
    : fromText(variable, interpolated, context);
}

function fromText({ name, path }: Written, { text, used }: Interpolated, context: ServiceContext): string | null {
  if (used.length === 0) return text;
  const missing = used.filter(({ from }) => from === 'nothing').map((variable) => variable.name);
  if (missing.length > 0) {
    context.drop(path, `the value of ${name} needs ${missing.join(', ')}, which has no value here`, supply(name));
    return null;
  }
  if (used.some(({ from }) => from === 'env file')) return onHost({ name, path }, text, context);
  context.convert(path, `${name} is now "${text}", the default of ${used.map((variable) => variable.name).join(', ')}`);
  return text;
}

/** The value of a variable is that of another one. */
function fromVariable({ name, path }: Written, source: string, context: ServiceContext): null {
  const value = context.variables[source];
  if (value !== undefined) return onHost({ name, path }, value, context);
  context.drop(path, `${name} has no value here`, supply(name));
  return null;
}

function onHost({ name, path }: Pick<Written, 'name' | 'path'>, value: string, context: ServiceContext): null {
  context.keepOnHost(path, name, value);
  return null;
}

function supply(name: string): string {
  return `set ${name} in host.conf or in the environment`;
}
