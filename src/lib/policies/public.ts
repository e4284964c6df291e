/** What `dockerops/policy` exports: the types of policies, and the container of an inspect document for their tests. */
export { policyContainer } from './container-view.ts';
export type * from './policy.ts';
