/** Parts of requests that containers and Swarm services have in common. */
import { definedOnly } from '../defined.ts';
import type { Healthcheck, RuntimeOptions } from '../model/runtime-options.ts';
import type { ContainerConfig } from './container-config.ts';

type Json = Readonly<Record<string, unknown>>;

/** The API counts times in nanoseconds and processors in billionths. */
export function nanounits(units: number | undefined): number | undefined {
  return units === undefined ? undefined : Math.round(units * 1e9);
}

/** Docker's default, which the API leaves to the image. */
const defaultRetries = 3;

export function healthcheckBody(check: Healthcheck | undefined): Json | undefined {
  if (check === undefined) return undefined;
  return definedOnly({
    Test: check.test,
    Interval: nanounits(check.intervalSeconds),
    Timeout: nanounits(check.timeoutSeconds),
    StartPeriod: nanounits(check.startSeconds),
    Retries: check.test[0] === 'NONE' ? undefined : (check.retries ?? defaultRetries),
  });
}

export function ulimitsBody({ ulimits }: RuntimeOptions): readonly Json[] | undefined {
  return ulimits?.map(({ name, soft, hard }) => ({ Name: name, Soft: soft, Hard: hard }));
}

/** Where the output goes: as the instance says, else to files that cannot fill the disk. */
export function logValues({
  runtime,
  logs,
}: Pick<ContainerConfig, 'runtime' | 'logs'>): RuntimeOptions['logging'] | undefined {
  const limited = logs && { 'max-size': logs.maxSize, 'max-file': String(logs.maxFiles) };
  return runtime.logging ?? (limited && { driver: 'json-file', options: limited });
}
