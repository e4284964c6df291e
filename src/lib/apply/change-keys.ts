import type { Comparison } from '../directories/key-space.ts';
import { StalePlan } from '../errors.ts';
import type { OperationOf } from '../plan/operation.ts';
import type { ExpectedKey } from '../plan/operation-parts.ts';
import type { Step } from './step.ts';

/** One transaction. Rejects with StalePlan when a key has changed since the plan was made. */
export async function changeKeys({ expected, writes }: OperationOf<'change-keys'>, { context }: Step): Promise<void> {
  const { keySpace, signal } = context;
  if (keySpace === undefined) throw new TypeError('this owner has no directory of keys');
  const { succeeded } = await keySpace.transact({ compare: expected.map(comparisonOf), success: writes }, signal);
  if (!succeeded) throw new StalePlan('keys have changed since they were read', { code: 'STALE_PLAN' });
}

function comparisonOf({ key, modified }: ExpectedKey): Comparison {
  return modified === undefined ? { key, exists: false } : { key, modified: BigInt(modified) };
}
