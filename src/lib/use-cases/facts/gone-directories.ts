import { lstatSync } from 'node:fs';
import { label } from '../../labels.ts';
import type { ObservedVolume } from '../../model/observed-state.ts';
import type { HostFacts } from '../../model/host-facts.ts';

/**
 * Adds the project directories on this machine that labels of volumes name and that no longer exist. A directory that
 * may not be read counts as existing.
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
