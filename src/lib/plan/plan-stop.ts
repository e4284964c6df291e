import type { Owner } from '../model/desired.ts';
import type { ObservedState } from '../model/observed-state.ts';
import type { Plan } from './plan.ts';
import { ownContainers } from './ownership.ts';
import { isTarget, type CleanTarget } from './plan-clean.ts';
import { isDnsService } from '../model/dns-service.ts';
import { PlanBuilder } from './builder.ts';
import { needsAmong, existingInstances, type ExistingInstance } from './spec/existing-instance.ts';
import { hasProcesses } from './has-processes.ts';
import { expectedOf } from './remove.ts';

export interface StopOptions {
  /** Absent: each container's own. */
  readonly timeoutSeconds?: number;
}

/** Stops containers and keeps them: names are withdrawn first, who links to others stops before them, the DNS last. */
export function planStop(owner: Owner, observed: ObservedState, target: CleanTarget, options: StopOptions): Plan {
  const builder = new PlanBuilder(owner);
  const own = existingInstances([...ownContainers(owner, observed).values()]);
  const meant = own.filter(({ container }) => isTarget(container, target));
  const stopping = meant.filter(({ container }) => hasProcesses(container));
  const dns = own.find(({ container, spec }) => container.state === 'running' && isDnsService(spec.service));
  const staying = dns !== undefined && !stopping.includes(dns) ? dns.container.name : undefined;
  const needs = needsAmong(stopping, isDnsService);
  for (const each of meant) tell(each, builder);
  for (const { container, spec } of stopping) {
    const common = { subject: spec.key, cause: 'asked to' };
    const dependents = [...needs]
      .filter(([, keys]) => keys.includes(spec.key))
      .map(([key]) => `stop ${key}`)
      .sort();
    const withdrawn =
      staying === undefined || container.state !== 'running' || spec.lease === 'none'
        ? []
        : [
            builder.add({
              ...common,
              id: `withdraw ${spec.key}`,
              kind: 'withdraw-names',
              needs: dependents,
              dns: staying,
              keys: [spec.key],
            }),
          ];
    builder.add({
      ...common,
      id: `stop ${spec.key}`,
      kind: 'stop-container',
      needs: withdrawn.length > 0 ? withdrawn : dependents,
      expected: expectedOf(container),
      limitSeconds: options.timeoutSeconds,
    });
  }
  return builder.finish();
}

function tell(standing: ExistingInstance, builder: PlanBuilder): void {
  const { container, spec } = standing;
  const common = { key: spec.key, container: container.name, differences: [] };
  builder.verdicts.push(
    hasProcesses(container)
      ? { ...common, verdict: 'stop', reason: 'asked to' }
      : { ...common, verdict: 'keep', reason: `is ${container.state}` },
  );
}
