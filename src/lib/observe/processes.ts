import { readFileSync, readlinkSync } from 'node:fs';
import type { ClientFacts } from '../model/host-facts.ts';

/** A process as a label or a lock records it; of an older record some members may be missing. */
export type RecordedProcess = Partial<
  Pick<ClientFacts, 'machine' | 'hostname' | 'pidNamespace' | 'pid' | 'processStart'>
>;

/** Reads a record in JSON; a text that is none is a record of nothing. */
export function parseProcess(text: string): RecordedProcess {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : {};
  } catch {
    return {};
  }
}

/** Whether a recorded process still runs. Undefined where that cannot be known from here: pids mean something only on one machine, and in one container of it. */
export function isStillRunning(
  recorded: RecordedProcess,
  here: Pick<ClientFacts, 'machine' | 'hostname' | 'pidNamespace'>,
  isRunning = isProcessRunning,
): boolean | undefined {
  const isHere =
    recorded.machine === here.machine &&
    recorded.hostname === here.hostname &&
    recorded.pidNamespace === here.pidNamespace;
  return isHere && typeof recorded.pid === 'number' ? isRunning(recorded.pid, recorded.processStart ?? '') : undefined;
}

/** Whether a process of this machine runs. Where the system records when processes start, a later process with the same pid does not count. */
export function isProcessRunning(pid: number, start: string): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
  }
  return isSameProcess(readStat(pid), start);
}

/** Compares the line in /proc of a pid that is in use with the start that was recorded; a line that cannot be read counts as the same. */
export function isSameProcess(stat: string, start: string): boolean {
  if (stat === '') return true;
  const { 0: state, 19: began } = fieldsOf(stat);
  return state !== 'Z' && (start === '' || began === start);
}

/** When a process started, in clock ticks since boot; empty when the system does not say, or there is no such process. */
export function processStart(pid: number): string {
  return fieldsOf(readStat(pid))[19] ?? '';
}

/** Identity of this process's pid namespace; empty when the system does not say. */
export function pidNamespace(): string {
  try {
    return readlinkSync('/proc/self/ns/pid');
  } catch {
    return '';
  }
}

function readStat(pid: number): string {
  try {
    return readFileSync(`/proc/${String(pid)}/stat`, 'utf8');
  } catch {
    return '';
  }
}

/** Fields of proc(5) from the third on: the second is the program's name in brackets and may contain blanks. The start is field 22. */
function fieldsOf(stat: string): readonly string[] {
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
}
