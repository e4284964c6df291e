import { Interrupted } from '../../errors.ts';

export interface InterruptionTools {
  /** Called at the first signal. */
  readonly onFirst: () => void;
  /** Ends the process at once. */
  readonly quit?: () => void;
  readonly now?: () => number;
  readonly environment?: Readonly<Record<string, string | undefined>>;
}

/**
 * Signals that come this soon after the first belong to it: a terminal signals the whole process group, and timeout(1),
 * sudo(8) or a shell pass on what they get themselves.
 */
const oneSignalMs = 500;

/**
 * Ctrl-C, SIGTERM and SIGHUP (a closed terminal, a lost ssh connection) as an AbortSignal. The first one shuts the
 * command down, and a later Ctrl-C quits at once. The others never do: closing a terminal sends several.
 */
export class Interruption {
  readonly #controller = new AbortController();
  readonly #tools: Required<InterruptionTools>;
  #reload: (() => void) | undefined;
  #first = 0;

  constructor(tools: InterruptionTools) {
    this.#tools = {
      quit: () => process.exit(130),
      now: () => performance.now(),
      environment: process.env,
      ...tools,
    };
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  listen(): void {
    for (const name of this.#signals()) process.on(name, this.receive);
    // Without a listener the signal would end the process.
    if (isHangupIgnored(this.#tools.environment)) process.on('SIGHUP', () => {});
  }

  stopListening(): void {
    for (const name of this.#signals()) process.off(name, this.receive);
  }

  /** For a daemon: SIGHUP calls this and interrupts nothing. */
  onHangup(reload: () => void): void {
    this.#reload = reload;
  }

  /** Aborts without a signal: what the command has begun is undone, as after Ctrl-C. */
  abort(): void {
    this.#controller.abort(new Interrupted());
  }

  readonly receive = (by: NodeJS.Signals = 'SIGINT'): void => {
    if (by === 'SIGHUP' && this.#reload !== undefined) this.#reload();
    else if (!this.signal.aborted) this.#shutDown(by);
    else if (by === 'SIGINT' && this.#tools.now() - this.#first > oneSignalMs) this.#tools.quit();
  };

  #signals(): readonly NodeJS.Signals[] {
    return ['SIGINT', 'SIGTERM', ...(isHangupIgnored(this.#tools.environment) ? [] : (['SIGHUP'] as const))];
  }

  #shutDown(by: NodeJS.Signals): void {
    this.#first = this.#tools.now();
    this.#controller.abort(new Interrupted(undefined, by));
    this.#tools.onFirst();
  }
}

/**
 * Whether SIGHUP was ignored when dockerops started, as under nohup(1). Node forgets that at its own start, so the
 * launcher finds it out before. Child processes of dockerops inherit the variable.
 */
function isHangupIgnored(environment: Readonly<Record<string, string | undefined>>): boolean {
  return environment['DOCKEROPS_HANGUP'] === 'ignored';
}
