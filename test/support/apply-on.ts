import type { ApplyContext } from '../../src/lib/apply/context.ts';
import { apply, type ApplyOutcome } from '../../src/lib/apply/executor.ts';
import { nothingObserved } from '../../src/lib/observe/observe.ts';
import type { Plan } from '../../src/lib/plan/plan.ts';
import type { FakeEngine } from './fake-engine.ts';
import { facts } from './specs.ts';

/** Applies plans to a fake engine as a server does. */
export function applyOn(engine: FakeEngine) {
  return (plan: Plan, context: Partial<ApplyContext>): Promise<ApplyOutcome> =>
    apply(plan, {
      engine,
      observed: nothingObserved,
      client: facts.client,
      progress: () => {},
      signal: new AbortController().signal,
      command: 'serve',
      width: 4,
      ...context,
    } as unknown as ApplyContext);
}
