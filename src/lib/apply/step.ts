import type { ApplyContext } from './context.ts';
import type { Results } from './results.ts';

/** What every operation is handed: the world it works on, and what the operations before it have made. */
export interface Step {
  readonly context: ApplyContext;
  readonly results: Results;
}
