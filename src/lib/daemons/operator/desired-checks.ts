import { checkId } from '../../plan/node/registration.ts';
import type { ServiceEntry } from '../../model/service-entry.ts';
import type { ScriptCheck } from './script-checks.ts';

export interface ChecksInput {
  readonly entries: readonly ServiceEntry[];
  /** Ids of running containers, by service. */
  readonly running: ReadonlyMap<string, string>;
  /** Services with operations in the plan: their containers are about to change. */
  readonly touched: ReadonlySet<string>;
  /** Services that stay as they are, because their definition is not known. */
  readonly kept: ReadonlySet<string>;
  /** The checks that run now. */
  readonly before: readonly ScriptCheck[];
}

/** The script checks that should run. Those of a kept service continue: without them its entry would turn critical. */
export function desiredChecks({ entries, running, touched, kept, before }: ChecksInput): readonly ScriptCheck[] {
  const known = new Set(entries.map(({ name }) => name));
  const left = new Set([...kept].filter((name) => !known.has(name)).flatMap((name) => running.get(name) ?? []));
  return [
    ...entries.flatMap((entry) => (touched.has(entry.name) ? [] : checksOf(entry, running.get(entry.name)))),
    ...before.filter(({ container }) => left.has(container)),
  ];
}

function checksOf(entry: ServiceEntry, container: string | undefined): readonly ScriptCheck[] {
  return entry.checks.flatMap((check, index) => {
    if (check.kind !== 'script' || container === undefined) return [];
    const { command, intervalSeconds, timeoutSeconds } = check;
    return [{ id: checkId(entry, index), container, command, intervalSeconds, timeoutSeconds }];
  });
}
