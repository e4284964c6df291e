import type { ApplyHooks } from '../apply/context.ts';

/** For tests of interruptions: the process kills itself after the operation with the id in this variable. */
export function testHooks(environment: NodeJS.ProcessEnv): ApplyHooks | undefined {
  const lastOperation = environment['DOCKEROPS_TEST_KILL_AFTER'];
  if (lastOperation === undefined || lastOperation === '') return undefined;
  return {
    afterOperation: async ({ id }) => {
      if (id !== lastOperation) return;
      process.kill(process.pid, 'SIGKILL');
      await new Promise(() => {});
    },
  };
}
