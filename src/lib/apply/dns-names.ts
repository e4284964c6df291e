import { EngineError, EngineUnreachable, OperationFailed } from '../errors.ts';
import type { OperationOf } from '../plan/operation.ts';
import type { NameDirectory } from '../directories/name-directory.ts';
import type { Step } from './step.ts';
import { expectPresent } from './expectations.ts';

function directory(dns: string, by: 'client' | undefined, { context, results }: Step): NameDirectory {
  return context.openDns(
    dns,
    (command, limitMs) =>
      context.engine.exec(results.containerId(dns), { command, user: 'root' }, limitMs, context.signal),
    by,
  );
}

export async function holdNames({ dns, spec, address, policy }: OperationOf<'hold-names'>, step: Step): Promise<void> {
  await expectPresent(
    directory(dns, undefined, step).put({
      service: spec.service,
      instance: spec.instance,
      address: await step.results.text(address),
      policy,
      container: spec.container,
      startNumber: step.results.startNumber(spec.container),
    }),
    `container ${dns}`,
  );
}

export async function awaitNames(
  { dns, by, names, limitSeconds }: OperationOf<'await-names'>,
  step: Step,
): Promise<void> {
  const expected = await Promise.all(
    names.map(async ({ name, address }) =>
      address === undefined ? { name } : { name, address: await step.results.text(address) },
    ),
  );
  await expectPresent(directory(dns, by, step).awaitNames(expected, limitSeconds), `container ${dns}`);
}

/** When the DNS is gone or does not answer, the instance is removed all the same: its names end with their lease. */
export async function withdrawNames({ dns, by, keys }: OperationOf<'withdraw-names'>, step: Step): Promise<void> {
  try {
    await directory(dns, by, step).remove(keys);
  } catch (error) {
    const isOfDns =
      error instanceof OperationFailed || (error instanceof EngineError && !(error instanceof EngineUnreachable));
    if (!isOfDns) throw error;
    step.context.progress({
      type: 'warning',
      text: `${keys.join(', ')}: names not withdrawn; they disappear when their lease ends: ${error.message}`,
    });
  }
}

export async function restartClient({ container }: OperationOf<'restart-client'>, step: Step): Promise<void> {
  await expectPresent(directory(container, 'client', step).restartClient(), `container ${container}`);
}
