import type { OperationOf } from '../operation.ts';
import type { Plan } from '../plan.ts';
import { PlanBuilder } from '../builder.ts';
import type { NodeOwner } from './registration.ts';

/**
 * Writes the node's own facts that differ from those in the directory, below this root. Other keys are left alone.
 */
export function planMetadata(
  owner: NodeOwner,
  root: string,
  desired: Readonly<Record<string, string>>,
  registered: ReadonlyMap<string, string>,
): Plan {
  const builder = new PlanBuilder(owner);
  for (const [key, value] of Object.entries(desired).sort(([a], [b]) => (a < b ? -1 : 1))) {
    const operation: Omit<OperationOf<'put-key'>, 'cause'> = {
      id: `put ${key}`,
      kind: 'put-key',
      subject: owner.name,
      needs: [],
      key: `${root}metadata/${key}`,
      value,
    };
    if (registered.get(key) !== value)
      builder.add({ ...operation, cause: registered.has(key) ? 'the value differs' : 'the key is missing' });
  }
  return builder.finish();
}
