import { lstatSync } from 'node:fs';
import { label } from '../../labels.ts';
import type { ObservedVolume } from '../../model/observed-state.ts';
import type { HostFacts } from '../../model/host-facts.ts';

/**
 * Which of the projects' directories on this machine, as volumes name them, are not there any more. What cannot be
 * looked at is there.
 */
export function withGoneDirectories(facts: HostFacts, volumes: readonly ObservedVolume[]): HostFacts {
  const named = volumes.flatMap(({ labels }) =>
    labels[label.path] !== undefined && labels[label.machine] === facts.client.machine
      ? [labels[label.path] ?? '']
      : [],
  );
  const goneDirectories = [...new Set(named)].filter(isGone).sort();
  return goneDirectories.length === 0 ? facts : { ...facts, goneDirectories };
}

function isGone(directory: string): boolean {
  try {
    return lstatSync(directory, { throwIfNoEntry: false }) === undefined;
  } catch {
    return false;
  }
}
