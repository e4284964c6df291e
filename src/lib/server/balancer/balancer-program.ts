import { text } from 'node:stream/consumers';
import type { EngineSessions } from '../../engine/engine.ts';
import { EngineError } from '../../errors.ts';
import { sleep } from '../../interrupt.ts';

/** The figures of one server of haproxy. */
export interface ServerFigures {
  readonly backend: string;
  readonly name: string;
  /** `10.0.0.3:9000` */
  readonly address: string;
  /** In the words of haproxy: `UP`, `DOWN`, `MAINT`, `DRAIN`, `UP 1/2`. */
  readonly status: string;
  readonly weight: number;
  readonly sessions: number;
  readonly queued: number;
}

type Sessions = Pick<EngineSessions, 'openExec'>;

const program = '/usr/local/bin/dockerops-balancer';
const limitMs = 20_000;

/** Brings a balancer to a document; resolves with what haproxy refused, which another call may bring about. */
export async function setBalancer(engine: Sessions, container: string, document: object): Promise<readonly string[]> {
  const answer = await call(engine, container, 'set', document);
  return (answer['refused'] ?? []) as readonly string[];
}

export async function balancerStatus(engine: Sessions, container: string): Promise<readonly ServerFigures[]> {
  const answer = await call(engine, container, 'status');
  return (answer['servers'] ?? []) as readonly ServerFigures[];
}

/** What a balancer on a node of a Swarm said last of itself. */
export interface BalancerReport {
  readonly port: string;
  /** Id of the node. */
  readonly node: string;
  /** Of the configuration that it has; null: none. */
  readonly frame: string | null;
  readonly servers: readonly ServerFigures[];
}

/** Gives the relay the documents of all balancers, by host port. */
export async function publishDocuments(engine: Sessions, relay: string, documents: object): Promise<void> {
  await call(engine, relay, 'publish', { documents });
}

export async function relayReports(engine: Sessions, relay: string): Promise<readonly BalancerReport[]> {
  const answer = await call(engine, relay, 'reports');
  return (answer['reports'] ?? []) as readonly BalancerReport[];
}

type Answer = Readonly<Record<string, unknown>>;

async function call(engine: Sessions, container: string, name: string, input?: object): Promise<Answer> {
  const { stdin, stdout, stderr, exitCode } = await engine.openExec(container, { command: [program, name] });
  const stop = new AbortController();
  try {
    if (input !== undefined) {
      const body = Buffer.from(JSON.stringify(input));
      stdin.write(`${String(body.length)}\n`);
      stdin.write(body);
    }
    const ended = Promise.all([text(stdout), text(stderr), exitCode()]);
    const late = sleep(limitMs, stop.signal).then(() => undefined);
    const result = await Promise.race([ended, late]);
    if (result === undefined) throw failure(name, `no answer within ${String(limitMs / 1000)} s`);
    const [out, error] = result;
    return parsed(name, out, error);
  } finally {
    stop.abort();
    stdin.destroy();
  }
}

function parsed(name: string, out: string, error: string): Answer {
  let answer;
  try {
    answer = JSON.parse(out) as Answer;
  } catch (cause) {
    throw failure(name, error.trim() || out.trim() || 'no answer', cause);
  }
  if (typeof answer['error'] === 'string') throw failure(name, answer['error']);
  return answer;
}

function failure(name: string, message: string, cause?: unknown): EngineError {
  return new EngineError(`the balancer could not do "${name}": ${message}`, { code: 'BALANCER_FAILED', cause });
}
