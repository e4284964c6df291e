import { parseSeconds } from '../../project/conf/quantities.ts';
import { invalid } from './invalid.ts';

type Body = Readonly<Record<string, unknown>>;

/** Lists of words that are checks begin with one of them. */
const checkKinds: ReadonlySet<unknown> = new Set(['CMD', 'CMD-SHELL', 'NONE']);
const times = ['interval', 'timeout', 'start_period'] as const;
/** Engines take no shorter time, but for 0, which is that of the image. */
const minSeconds = 0.001;
const maxSeconds = 24 * 60 * 60;

/** A healthcheck that the schema allows, with its times in quotes as numbers. Throws where no engine would run it. */
export function readHealthcheck(sent: unknown): unknown {
  checkWords(sent, '/healthcheck');
  if (!isObject(sent)) return sent;
  checkWords(sent['test'], '/healthcheck/test');
  return Object.fromEntries(
    Object.entries(sent).map(([key, value]) => [key, isTime(key) ? readTime(value, `/healthcheck/${key}`) : value]),
  );
}

/** An engine never runs a check that begins with another word: the units would not be ready. Empty: the image's. */
function checkWords(words: unknown, path: string): void {
  if (!Array.isArray(words) || words.length === 0) return;
  if (!checkKinds.has(words[0])) throw invalid(path, 'must begin with "CMD", "CMD-SHELL" or "NONE"');
  if (words[0] !== 'NONE' && words.length === 1) throw invalid(path, 'must have a command');
}

/** As it was sent; only a number in quotes becomes a number, in seconds as without quotes. */
function readTime(sent: unknown, path: string): unknown {
  const value = typeof sent === 'string' && /^\d+(?:\.\d+)?$/.test(sent) ? Number(sent) : sent;
  const seconds = parseSeconds(value as string | number);
  if (seconds === undefined) throw invalid(path, 'must be a time such as 30s');
  if (seconds > maxSeconds) throw invalid(path, 'must be at most 24h');
  if (seconds !== 0 && seconds < minSeconds) throw invalid(path, 'must be at least 1ms, or 0');
  return value;
}

function isTime(key: string): boolean {
  return (times as readonly string[]).includes(key);
}

function isObject(value: unknown): value is Body {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
