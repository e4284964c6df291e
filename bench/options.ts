import { parseArgs } from 'node:util';
import { caseNames } from './cases.ts';

export interface BenchOptions {
  readonly sizes: readonly number[];
  readonly cases: readonly string[];
  readonly rounds: number;
  /** Debian release from which the peer is taken. */
  readonly peer: string;
  /** Append the figures to bench/RESULTS.md. */
  readonly record: boolean;
  /** Also with many other images and containers on the engine. */
  readonly others: boolean;
  /** Keep containers, images and folders, to inspect them. */
  readonly keep: boolean;
  readonly without: readonly string[];
}

export const usage = `npm run bench -- [options]
  --instances 10,50   how many services (one instance each) the projects have
  --cases a,b         of: ${caseNames.join(' ')}
  --rounds 7          timed rounds of each case; every round runs all tools in turn
  --peer trixie       Debian release of docker compose: trixie (2.26) or sid (2.40)
  --without a,b       leave tools out: dockerops, compose, floor
  --others            measure each case of projects also with 500 other images and 200 other containers
  --record            append the figures to bench/RESULTS.md
  --keep              remove nothing at the end
On the engine that DOCKER_HOST names (a socket: unix://...), or the usual one.
`;

/** Undefined for --help. Throws on unknown options and values. */
export function parseOptions(argv: readonly string[]): BenchOptions | undefined {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      instances: { type: 'string', default: '10,50' },
      cases: { type: 'string', default: caseNames.join(',') },
      rounds: { type: 'string', default: '7' },
      peer: { type: 'string', default: 'trixie' },
      without: { type: 'string', default: '' },
      record: { type: 'boolean', default: false },
      others: { type: 'boolean', default: false },
      keep: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return undefined;
  return {
    sizes: list(values.instances).map((text) => positive('--instances', text)),
    cases: oneOf('--cases', list(values.cases), caseNames),
    rounds: positive('--rounds', values.rounds),
    peer: oneOf('--peer', [values.peer], ['trixie', 'sid'])[0] ?? 'trixie',
    without: oneOf('--without', list(values.without), ['dockerops', 'compose', 'floor']),
    record: values.record,
    others: values.others,
    keep: values.keep,
  };
}

function list(text: string): string[] {
  return text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

function positive(flag: string, text: string): number {
  if (!/^[1-9]\d*$/.test(text)) throw new Error(`${flag}: ${text} is not a positive number\n\n${usage}`);
  return Number(text);
}

function oneOf(flag: string, values: string[], allowed: readonly string[]): string[] {
  const unknown = values.filter((value) => !allowed.includes(value));
  if (unknown.length > 0)
    throw new Error(`${flag}: ${unknown.join(', ')} is none of ${allowed.join(', ')}\n\n${usage}`);
  return values;
}
