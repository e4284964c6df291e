import type { ObservedContainer } from '../../model/observed-state.ts';
import type { Operation } from '../operation.ts';

/** How one instance is brought back to what it should be. */
export interface RecoveredOne {
  readonly operations: readonly Operation[];
  readonly removed: readonly ObservedContainer[];
  /** The instance's container as it is then, if it changes. */
  readonly result?: ObservedContainer;
}
