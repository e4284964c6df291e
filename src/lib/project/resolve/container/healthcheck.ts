import { definedOnly } from '../../../defined.ts';
import type { Problem } from '../../../errors.ts';
import type { Healthcheck } from '../../../model/runtime-options.ts';
import { parseSeconds } from '../../conf/quantities.ts';
import { placeIn, type HealthcheckValue, type RunConfEntry } from '../../conf/run-conf-entry.ts';

/** `healthcheck` of run.conf for the engine; without a test it changes when the image's own runs. */
export function resolveHealthcheck(value: HealthcheckValue | undefined): Healthcheck | undefined {
  if (value === undefined) return undefined;
  if (value.disable === true) return { test: ['NONE'] };
  return definedOnly({
    test: testWords(value.test),
    intervalSeconds: seconds(value.interval),
    timeoutSeconds: seconds(value.timeout),
    startSeconds: seconds(value.start_period),
    retries: value.retries,
  });
}

function testWords(test: HealthcheckValue['test']): readonly string[] {
  if (test === undefined) return [];
  return typeof test === 'string' ? ['CMD-SHELL', test] : test;
}

function seconds(value: string | number | undefined): number | undefined {
  return value === undefined ? undefined : parseSeconds(value);
}

const kinds: readonly string[] = ['CMD', 'CMD-SHELL', 'NONE'];

export function healthcheckProblems(entry: RunConfEntry): readonly Problem[] {
  const test = entry.values.healthcheck?.test;
  if (!Array.isArray(test) || kinds.includes(String(test[0]))) return [];
  return [
    {
      where: placeIn(entry, 'healthcheck.test'),
      message: 'the list "healthcheck.test" must begin with "CMD", "CMD-SHELL" or "NONE"',
      suggestion: 'write ["CMD", "program", …], or the command as one string',
    },
  ];
}
