import type { ObservedContainer } from '../../model/observed-state.ts';
import type { RunContext } from '../context.ts';
import type { Verdict } from '../plan.ts';
import { replacedName } from '../replacement/replacement-names.ts';

/** Reports the owner's containers that it no longer asks for, where everything that it wants is known. */
export function noteOrphans({ desired, own, builder }: RunContext): void {
  if (!desired.complete) return;
  const asked = new Set(desired.instances.map(({ container }) => container));
  const notAutostarted = new Set(desired.notAutostarted ?? []);
  const others = [...own.values()].filter((container) => !asked.has(replacedName(container) ?? container.name));
  for (const container of others) builder.verdicts.push(verdictOf(container, notAutostarted.has(container.name)));
}

function verdictOf({ name, ownership, state }: ObservedContainer, isNotAutostarted: boolean): Verdict {
  const common = { key: ownership?.key ?? name, container: name, differences: [] };
  const named = ownership === undefined ? {} : { named: `${ownership.service},instance=${ownership.instance}` };
  return isNotAutostarted
    ? { ...common, verdict: 'notAutostarted', reason: `${state}; run:all does not start it` }
    : { ...common, ...named, verdict: 'orphan', reason: 'not in run.conf' };
}
