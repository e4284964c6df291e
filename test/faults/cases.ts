/** What may go wrong while a command runs, and what must be true afterwards: one row for each combination. */
export type Fault =
  /** The command gets a signal after an operation of its plan. */
  | { readonly kind: 'signal'; readonly signal: 'SIGINT' | 'SIGTERM' | 'SIGHUP' | 'SIGKILL'; readonly after: string }
  /** The engine is killed, stopped, or answers nonsense, from this request of the command on. */
  | { readonly kind: 'cut' | 'freeze' | 'lie'; readonly fromRequest: number }
  /** Each answer of the engine takes this long. */
  | { readonly kind: 'slow'; readonly answerMs: number }
  /** Standard output takes nothing. */
  | { readonly kind: 'full-output' };

type Outcome =
  /**
   * The next `run` ends well; after a `stop` or a `start` the same command again, then `start` and `run`. All instances
   * run, nothing is left to do.
   */
  | 'recovers'
  /** As above; the command itself has failed with one sentence that names the engine, and without a stack. */
  | 'tells'
  /** The command does its work. */
  | 'works'
  /** The command fails with exit code 1. */
  | 'fails';

export interface FaultCase {
  readonly words: readonly string[];
  readonly fault: Fault;
  readonly outcome: Outcome;
}

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGKILL'] as const;
const changes = [
  ['run:all'],
  ['run:all,replace'],
  ['stop:all'],
  ['start:all'],
  ['clean:all,force'],
  ['backup:web,instance=one,output=new.tar'],
  ['backup:web,instance=one,output=new.tar,stop'],
  ['restore:web,instance=one,file=good.tar,yes'],
] as const;
const reads = [['ps'], ['plan'], ['info:web'], ['logs:web']] as const;

/** `operationsOf`: ids of the operations of a change, in a project where it has something to do. */
export function faultCases(operationsOf: (words: readonly string[]) => readonly string[]): readonly FaultCase[] {
  return [
    ...changes.flatMap((words) =>
      operationsOf(words).flatMap((after) =>
        signals.map((signal) => ({ words, fault: { kind: 'signal', signal, after }, outcome: 'recovers' }) as const),
      ),
    ),
    ...changes.flatMap((words) =>
      (['cut', 'freeze', 'lie'] as const).flatMap((kind) =>
        [2, 9, 16].map((fromRequest) => ({ words, fault: { kind, fromRequest }, outcome: 'recovers' }) as const),
      ),
    ),
    ...reads.flatMap((words) =>
      (['cut', 'freeze', 'lie'] as const).map(
        (kind) => ({ words, fault: { kind, fromRequest: 2 }, outcome: 'tells' }) as const,
      ),
    ),
    ...reads.map((words) => ({ words, fault: { kind: 'slow', answerMs: 1000 }, outcome: 'works' }) as const),
    ...reads.map((words) => ({ words, fault: { kind: 'full-output' }, outcome: 'fails' }) as const),
  ];
}

/** A name for the case, as a title. */
export function titleOf({ words, fault, outcome }: FaultCase): string {
  const what =
    fault.kind === 'signal'
      ? `${fault.signal} after "${fault.after}"`
      : Object.values(fault)
          .map((value) => String(value))
          .join(' ');
  return `${words.join(' ')}, ${what}: ${outcome}`;
}
