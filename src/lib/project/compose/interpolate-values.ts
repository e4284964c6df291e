import { isRecord, type Path } from './compose-file.ts';
import { interpolate } from './interpolate.ts';
import type { Remarks } from './remarks.ts';

/** A value of a compose file with variables replaced in all texts. Each variable is reported, as run.conf has none. */
export function interpolateValues(
  value: unknown,
  path: Path,
  variables: Readonly<Record<string, string>>,
  remarks: Remarks,
): unknown {
  const inner = (item: unknown, step: string | number): unknown =>
    interpolateValues(item, [...path, step], variables, remarks);
  if (Array.isArray(value)) return value.map(inner);
  if (isRecord(value)) return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, inner(item, key)]));
  if (typeof value !== 'string' || !value.includes('$')) return value;
  const { text, used } = interpolate(value, variables);
  for (const { name, from } of used)
    if (from === 'nothing')
      remarks.drop(
        path,
        `${name} has no value here; without it this is "${text}"`,
        `set ${name} in .env and import again, or write the value in run.conf`,
      );
    else
      remarks.convert(path, `this is now "${text}", with ${name} from ${from === 'default' ? 'its default' : '.env'}`);
  return text;
}
