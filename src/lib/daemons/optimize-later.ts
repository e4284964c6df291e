import { setFlagsFromString } from 'node:v8';

/** Instead of 400 and 3,000. */
const flags = ['--invocation-count-for-maglev=20000', '--invocation-count-for-turbofan=100000'];
/** The first version of Node of which these are known. */
const since = 24;

/**
 * Lets V8 optimize only functions that are called very often. A daemon mostly waits; the compilers, and what they
 * compile, would take 10 MiB.
 */
export function optimizeLater(): void {
  if (Number.parseInt(process.versions.node, 10) < since) return;
  for (const flag of flags) setFlagsFromString(flag);
}
