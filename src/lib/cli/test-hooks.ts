import type { ApplyHooks } from '../apply/context.ts';

/**
 * For tests of interruptions: the process kills itself after the operation with the id in this variable, or sends
 * itself the signal in the other one.
 */
export function testHooks(environment: NodeJS.ProcessEnv): ApplyHooks | undefined {
  const lastOperation = environment['DOCKEROPS_TEST_KILL_AFTER'];
  if (lastOperation === undefined || lastOperation === '') return undefined;
  return {
    afterOperation: async ({ id }) => {
      if (id !== lastOperation) return;
      const signal = environment['DOCKEROPS_TEST_KILL_SIGNAL'] ?? 'SIGKILL';
      process.kill(process.pid, signal);
      if (signal === 'SIGKILL') await new Promise(() => {});
    },
  };
}
