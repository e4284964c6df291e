import { setFlagsFromString } from 'node:v8';

/** Instead of 400 and 3,000 calls: compilers, and what they compile, take 10 MiB. */
const optimizeRarely = ['--invocation-count-for-maglev=20000', '--invocation-count-for-turbofan=100000'];
/** Costs a fifth more CPU, of what is little. */
const optimizeNothing = ['--no-maglev', '--no-opt'];
/** The first version of Node of which these are known. */
const since = 24;

/**
 * For daemons: they mostly wait, and V8 would keep what a burst of work has needed. The heap is collected before it
 * grows, and V8 optimizes only functions that are called very often, or, where policies of others do not run, none.
 */
export function saveMemory(optimizes: 'rarely' | 'nothing'): void {
  if (Number.parseInt(process.versions.node, 10) < since) return;
  const flags = ['--memory-saver-mode', ...(optimizes === 'nothing' ? optimizeNothing : optimizeRarely)];
  for (const flag of flags) setFlagsFromString(flag);
}
