import type { EntryValues } from '../conf/run-conf-entry.ts';
import { isRecord } from './compose-file.ts';
import type { ServiceContext } from './service-context.ts';

const keys = ['test', 'interval', 'timeout', 'start_period', 'retries', 'disable'];

export function convertHealthcheck(value: unknown, context: ServiceContext): Pick<EntryValues, 'healthcheck'> {
  if (!isRecord(value)) return {};
  for (const key of Object.keys(value))
    if (!keys.includes(key)) context.drop(['healthcheck', key], `"${key}" of a healthcheck is not supported`);
  const { test } = value;
  if (Array.isArray(test) && test[0] === 'NONE') return { healthcheck: { disable: true } };
  const present = keys.filter((key) => value[key] !== undefined);
  return { healthcheck: Object.fromEntries(present.map((key) => [key, value[key]])) };
}
