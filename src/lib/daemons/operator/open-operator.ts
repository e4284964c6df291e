import { openConsul } from '../../directories/consul/open-consul.ts';
import { ConsulNode } from '../../directories/consul-node.ts';
import type { InvocationContext } from '../../use-cases/invocation.ts';
import { openEngine } from '../../use-cases/open-engine.ts';
import { openLog } from '../log.ts';
import { Operator } from './operator.ts';
import type { OperatorSettings } from './settings.ts';

/** An operator of the real Consul and the real engine; connects to neither yet. */
export async function openOperator(
  settings: OperatorSettings,
  context: InvocationContext,
  logLevel: string,
): Promise<Operator> {
  const directory = new ConsulNode(await openConsul(settings), settings.waitSeconds);
  return new Operator({
    settings,
    directory,
    environment: context.environment,
    openEngine: () => openEngine(context),
    log: openLog('operator', logLevel),
  });
}
