import { isBeside, isMade, type Decision, type InstanceContext } from './decision.ts';
import { dependenciesFirst } from './dependency-order.ts';
import { readyId } from './ready.ts';
import { isDnsReplaced } from './take-away.ts';

/**
 * Of several instances of a service that are replaced, each stops (and its names go) when the one before is in use, so
 * that the others answer meanwhile. Those that others link to come first.
 */
export function planOneByOne(context: InstanceContext): void {
  const { decisions, options } = context;
  const { oneByOne = [] } = options;
  const made = dependenciesFirst(decisions.values()).filter(
    (decision) => isMade(decision) && decision.existing !== undefined,
  );
  for (const [service, ofService] of Map.groupBy(made, ({ spec }) => spec.service)) {
    if (oneByOne !== 'all' && !oneByOne.includes(service)) continue;
    const [first, ...others] = ofService;
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
