import type { InstanceSpec, Owner } from '../model/desired.ts';
import type { PlanBuilder } from './builder.ts';

/** At the very end: whether everything that was started still runs. */
export function planCheckRunning(
  started: readonly InstanceSpec[],
  needs: readonly string[],
  owner: Owner,
  builder: PlanBuilder,
): void {
  if (started.length === 0) return;
  builder.add({
    id: 'check',
    kind: 'check-running',
    subject: owner.name,
    cause: 'checking that all still run',
    needs: [...started.map(({ key }) => `ready ${key}`), ...needs],
    containers: started.map(({ container }) => container),
  });
}
