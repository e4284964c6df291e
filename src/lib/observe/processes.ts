import { readFileSync, readlinkSync } from 'node:fs';
import { parseJson } from '../json.ts';
import type { ClientFacts } from '../model/host-facts.ts';

/** A process as a label or a lock records it. Older records lack some members. */
export type RecordedProcess = Partial<
  Pick<ClientFacts, 'machine' | 'hostname' | 'pidNamespace' | 'pid' | 'processStart'>
>;

/** Parses a record in JSON. Empty for any other text. */
export function parseProcess(text: string): RecordedProcess {
  try {
    const value: unknown = parseJson(text);
    return typeof value === 'object' && value !== null ? value : {};
  } catch {
    return {};
  }
}

/**
 * Whether a recorded process still runs. Undefined when it ran on another machine, or in another container of this one,
 * where its pid means nothing.
 */
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

/**
 * Whether a process of this machine runs. Where the system records when processes start, a later process with the same
 * pid is another one.
 */
export function isProcessRunning(pid: number, start: string): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
  }
  return isSameProcess(readStat(pid), start);
}

/**
 * Compares the line in /proc of a pid that is in use with a recorded start. When it cannot be read, it counts as the
 * same.
 */
export function isSameProcess(stat: string, start: string): boolean {
  if (stat === '') return true;
  const { 0: state, 19: began } = fieldsOf(stat);
  return state !== 'Z' && (start === '' || began === start);
}

/**
 * When a process started, in clock ticks since boot; empty when the system does not say, or there is no such process.
 */
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

/**
 * The fields of proc(5) from the third on. The second is the program's name in brackets, which may have blanks in it.
 */
function fieldsOf(stat: string): readonly string[] {
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
}
