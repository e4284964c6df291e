import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { messageOf } from '../errors.ts';
import { withSyntaxPlace } from './syntax-place.ts';
import type {
  AnswerMessage,
  CallMessage,
  LoadMessage,
  PolicyExports,
  PolicyFault,
  WorkerStart,
} from './worker-messages.ts';

/** A policy that does not load, with the reason. */
export class PolicyLoadFailed extends Error {
  readonly fault: PolicyFault;

  constructor(fault: PolicyFault) {
    super(fault.message);
    this.fault = fault;
  }
}

export interface PolicyLimits {
  /** For one container. */
  readonly callMs: number;
  readonly loadMs: number;
  readonly memoryMb: number;
}

export const usualLimits: PolicyLimits = { callMs: 1000, loadMs: 10_000, memoryMb: 64 };

/** An answer; `isTransient`: the same call may succeed later. */
export type PolicyAnswered = AnswerMessage & { readonly isTransient?: true };

/**
 * A policy in a thread of its own, so that one that loops or eats memory stops nothing else. A call that is over the
 * limits ends the thread, and the next call starts it anew. Calls are made one after the other.
 */
export class PolicyWorker implements AsyncDisposable {
  readonly exports: PolicyExports;
  readonly #program: URL;
  readonly #start: WorkerStart;
  readonly #limits: PolicyLimits;
  #worker: Worker | undefined;
  #last: Promise<unknown> = Promise.resolve();
  #isClosed = false;

  private constructor(program: URL, start: WorkerStart, limits: PolicyLimits, opened: OpenedWorker) {
    this.#program = program;
    this.#start = start;
    this.#limits = limits;
    this.#worker = opened.worker;
    this.exports = opened.exports;
  }

  /** `program`: worker.ts, or what it was built to. Rejects with PolicyLoadFailed. */
  static async open(program: URL, start: WorkerStart, limits: PolicyLimits = usualLimits): Promise<PolicyWorker> {
    return new PolicyWorker(program, start, limits, await openWorker(program, start, limits));
  }

  /** Never rejects: every fault is the policy's and in the answer. */
  call(message: CallMessage): Promise<PolicyAnswered> {
    const answered = this.#last.then(() => this.#call(message));
    this.#last = answered;
    return answered;
  }

  /** Answers after that mean nothing. */
  get isClosed(): boolean {
    return this.#isClosed;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true;
    await this.#worker?.terminate();
  }

  async #call(message: CallMessage): Promise<PolicyAnswered> {
    // Threads end by themselves, too: after an error in what a policy left running.
    if (this.#worker?.threadId === -1) this.#worker = undefined;
    if (this.#isClosed) return { fault: { message: 'the policy is closed' }, warnings: [] };
    try {
      this.#worker ??= (await openWorker(this.#program, this.#start, this.#limits)).worker;
      const answered = await reply<AnswerMessage>(this.#worker, this.#limits.callMs, (worker) => {
        worker.postMessage(message);
      });
      return answered;
    } catch (error) {
      await this.#worker?.terminate();
      this.#worker = undefined;
      const fault =
        error instanceof PolicyLoadFailed ? error.fault : { message: messageOf(error), ...placeOf(this.#start) };
      return { fault, warnings: [], isTransient: true };
    }
  }
}

interface OpenedWorker {
  readonly worker: Worker;
  readonly exports: PolicyExports;
}

async function openWorker(program: URL, start: WorkerStart, { loadMs, memoryMb }: PolicyLimits): Promise<OpenedWorker> {
  const resourceLimits = { maxOldGenerationSizeMb: memoryMb, maxYoungGenerationSizeMb: 2 };
  const worker = new Worker(program, { workerData: start, resourceLimits });
  worker.unref();
  // One that nobody waits for is found at the next call.
  worker.on('error', () => {});
  try {
    const message = await reply<LoadMessage>(worker, loadMs, () => {});
    if ('loaded' in message) return { worker, exports: message.loaded };
    throw new PolicyLoadFailed(await withSyntaxPlace(message.fault));
  } catch (error) {
    await worker.terminate();
    throw error instanceof PolicyLoadFailed
      ? error
      : new PolicyLoadFailed({ message: messageOf(error), ...placeOf(start) });
  }
}

/** The next message of a worker. Rejects when it ends before, or after the time. */
async function reply<T>(worker: Worker, limitMs: number, send: (worker: Worker) => void): Promise<T> {
  const over = new AbortController();
  const { signal } = over;
  const timer = setTimeout(() => {
    over.abort();
  }, limitMs);
  const ended = once(worker, 'exit', { signal }).then(() => {
    throw new Error('the policy has ended its thread');
  });
  try {
    send(worker);
    const [message] = (await Promise.race([once(worker, 'message', { signal }), ended])) as [T];
    return message;
  } catch (error) {
    throw reasonOf(error, limitMs);
  } finally {
    clearTimeout(timer);
    ended.catch(() => {});
    over.abort();
  }
}

function reasonOf(error: unknown, limitMs: number): Error {
  const { name, code } = error as { readonly name?: unknown; readonly code?: unknown };
  if (name === 'AbortError') return new Error(`it did not answer within ${String(limitMs / 1000)} s`);
  if (code === 'ERR_WORKER_OUT_OF_MEMORY') return new Error('it used more memory than it may');
  return error as Error;
}

function placeOf({ source }: WorkerStart): Pick<PolicyFault, 'where'> {
  return 'file' in source ? { where: source.file } : {};
}
