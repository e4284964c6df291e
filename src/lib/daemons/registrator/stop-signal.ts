import { constants } from 'node:os';

const kill = 9;
const firstRealTime = 34;
const lastRealTime = 64;

/** Whether a signal that a container gets is the one that stops it. `stop` is its setting: `SIGTERM`, `15`, absent. */
export function isStopSignal(signal: string | undefined, stop: unknown): boolean {
  const number = signalNumber(signal);
  return number !== undefined && (number === kill || number === (signalNumber(stop) ?? constants.signals.SIGTERM));
}

function signalNumber(text: unknown): number | undefined {
  if (typeof text !== 'string') return undefined;
  if (/^\d+$/.test(text)) return Number(text);
  const name = text.toUpperCase().replace(/^(?!SIG)/, 'SIG');
  const [, base, sign, count] = /^SIGRT(MIN|MAX)(?:([+-])(\d+))?$/.exec(name) ?? [];
  if (base !== undefined)
    return (base === 'MIN' ? firstRealTime : lastRealTime) + Number(count ?? 0) * (sign === '-' ? -1 : 1);
  return (constants.signals as Readonly<Record<string, number>>)[name];
}
