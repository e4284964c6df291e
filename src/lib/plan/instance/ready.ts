import { definedOnly } from '../../defined.ts';
import { hasProcesses } from '../has-processes.ts';
import { isMade, type Decision, type InstanceContext } from './decision.ts';

/** Until then what was replaced can come back: programs that cannot start end within a moment. */
const steadySeconds = 1;

/** Waits until an instance is ready, where somebody waits for it. Returns the id of the operation. */
export function planReady(decision: Decision, context: InstanceContext, needs: readonly string[]): string | undefined {
  if (!isWaitedFor(decision, context)) return undefined;
  const { spec, reason } = decision;
  return context.builder.add({
    id: `ready ${spec.key}`,
    kind: 'wait-ready',
    subject: spec.key,
    cause: reason,
    needs,
    container: spec.container,
    limitSeconds: context.options.timeoutSeconds,
    wasRunning: !isMade(decision),
    ...definedOnly({ until: spec.wait, steadySeconds: hasFormer(decision) ? steadySeconds : undefined }),
  });
}

/** Something ran that comes back if this does not become ready. */
function hasFormer({ action, existing }: Decision): boolean {
  return action === 'replace' && existing !== undefined && hasProcesses(existing);
}

/** The pause that the run conf asks for, before dependents start. */
export function planSleep(decision: Decision, context: InstanceContext, started: string): void {
  const { spec, reason } = decision;
  if (spec.sleepSeconds === 0) return;
  context.builder.add({
    id: `sleep ${spec.key}`,
    kind: 'wait-seconds',
    subject: spec.key,
    cause: reason,
    needs: [isWaitedFor(decision, context) ? `ready ${spec.key}` : started],
    seconds: spec.sleepSeconds,
  });
}

/** The operation after which an instance can be used; undefined when it can be already. */
export function readyId(key: string, context: InstanceContext): string | undefined {
  const decision = context.decisions.get(key);
  if (decision === undefined) return undefined;
  if (isMade(decision)) {
    if (decision.spec.sleepSeconds > 0) return `sleep ${key}`;
    return isWaitedFor(decision, context) ? `ready ${key}` : `start ${key}`;
  }
  return decision.action === 'check' && isWaitedFor(decision, context) ? `ready ${key}` : undefined;
}

/** The operation after which the DNS of this plan answers; undefined when it does already, or there is none. */
export function dnsReadyId(context: InstanceContext): string | undefined {
  const { dns, decisions } = context;
  const server = [...decisions.values()].find(({ spec }) => spec.container === dns?.container);
  return server && readyId(server.spec.key, context);
}

/** A dns that is to hold leases has to answer first, and a job has to end first, whether or not the user waits. */
function isWaitedFor({ spec }: Decision, { options, dns, decisions }: InstanceContext): boolean {
  if (options.wait) return true;
  if (spec.wait === 'completed') return [...decisions.values()].some((other) => other.spec.after.includes(spec.key));
  return spec.container === dns?.container && [...decisions.values()].some((other) => other.spec.lease === 'dockerops');
}
