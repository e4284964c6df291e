import { findPlace, type ProjectInvocation } from '../invocation.ts';
import { readJournals, type JournalRecord } from './journal.ts';

/** The plans that were applied from the directory of the project, the newest first. */
export function projectHistory(invocation: ProjectInvocation): readonly JournalRecord[] {
  return readJournals(findPlace(invocation).directory);
}
