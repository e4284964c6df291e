import { isBeside, isMade, type Decision, type InstanceContext } from './decision.ts';
import { readyId } from './ready.ts';
import { isDnsReplaced } from './take-away.ts';

/**
 * Of several instances of a service that are replaced, each stops (and its names go) when the one before is in use, so
 * that the others answer meanwhile. Those that others link to come first.
 */
export function planOneByOne(context: InstanceContext): void {
  const { decisions, options } = context;
  if (options.oneByOne !== true) return;
  const made = [...decisions.values()].filter((decision) => isMade(decision) && decision.existing !== undefined);
  for (const ofService of Map.groupBy(made, ({ spec }) => spec.service).values()) {
    const [first, ...others] = dependenciesFirst(ofService);
    let former = first;
    for (const next of others) {
      wait(next, readyId(former?.spec.key ?? '', context), context);
      former = next;
    }
  }
}

function wait(decision: Decision, former: string | undefined, context: InstanceContext): void {
  const { key } = decision.spec;
  const needs = former === undefined ? [] : [former];
  const begins = isBeside(decision) ? `hold back ${key}` : `start ${key}`;
  context.builder.addNeeds(begins, needs);
  const withdrawal = `withdraw ${key}`;
  // A DNS that is replaced as well stops only after all withdrawals, and instances start only after the DNS.
  if (context.builder.has(withdrawal) && !isDnsReplaced(context)) context.builder.addNeeds(withdrawal, needs);
}

function dependenciesFirst(decisions: readonly Decision[]): readonly Decision[] {
  const placed = new Set<Decision>();
  const place = (decision: Decision): void => {
    if (placed.has(decision)) return;
    placed.add(decision);
    for (const other of decisions) if (decision.spec.after.includes(other.spec.key)) place(other);
    // Added again, behind what it waits for.
    placed.delete(decision);
    placed.add(decision);
  };
  for (const decision of decisions) place(decision);
  return [...placed];
}
