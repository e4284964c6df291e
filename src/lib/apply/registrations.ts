import { OperationFailed } from '../errors.ts';
import type { ServiceDirectory } from '../directories/service-directory.ts';
import type { OperationOf } from '../plan/operation.ts';
import { registrationOf } from '../plan/node/registration.ts';
import type { Step } from './step.ts';
import { expectPresent } from './expectations.ts';

function catalogOf({ context }: Step): ServiceDirectory {
  if (context.catalog === undefined) throw new TypeError('this owner has no directory of services');
  return context.catalog;
}

/** A container that has ended has no ports. It is registered when it runs again. */
export async function registerService(
  { entry, container, published }: OperationOf<'register-service'>,
  step: Step,
): Promise<void> {
  const catalog = catalogOf(step);
  if (published !== undefined) return catalog.register(registrationOf(entry, published));
  const { state, ports } = await expectPresent(
    step.context.engine.inspectContainer(step.results.containerId(container)),
    `container ${container}`,
  );
  if (state !== 'running')
    throw new OperationFailed(`${container} is not registered: it is ${state}`, { code: 'NOT_RUNNING', container });
  await catalog.register(registrationOf(entry, ports));
}

export async function deregisterService({ serviceId }: OperationOf<'deregister-service'>, step: Step): Promise<void> {
  await catalogOf(step).deregister(serviceId);
}

export async function putKey({ key, value }: OperationOf<'put-key'>, step: Step): Promise<void> {
  await catalogOf(step).putKey(key, value);
}
