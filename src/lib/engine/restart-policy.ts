import type { RestartPolicy } from './engine.ts';

/** In the engine's words: `on-failure:5` is a policy with the number of attempts beside it. */
export function restartPolicy(policy: RestartPolicy): { readonly Name: string; readonly MaximumRetryCount?: number } {
  const [name = '', count] = policy.split(':');
  return { Name: name, ...(count === undefined ? {} : { MaximumRetryCount: Number(count) }) };
}
