import { Command, type Interfaces } from '@oclif/core';
import { Interrupted } from '../errors.ts';
import type { ProgressSink } from '../events.ts';
import { Interruption } from './arguments/interruption.ts';
import { isAtLeast, type LogLevel } from './arguments/log-level.ts';
import { hideDashes, prepareInput, showDashes } from './arguments/parser-input.ts';
import { endOfFlags } from './arguments/program.ts';
import { outputFailure } from './arguments/output-failure.ts';
import { Prompt, type Question } from './arguments/prompt.ts';
import { sharedFlags, sharedOf, type SharedFlags } from './arguments/shared-flags.ts';
import { printError } from './arguments/print-error.ts';
import { renderDocument } from './render/json.ts';
import { warningLine } from './render/progress-plain.ts';
import { createProgress } from './render/progress.ts';
import { styleFor, type Style } from './render/style.ts';
import { terminalText } from './render/terminal-text.ts';

type Output = Interfaces.OutputFlags<Interfaces.FlagInput>;
type Arguments = Interfaces.OutputArgs<Interfaces.ArgInput>;

/**
 * What all commands share: common flags, errors as text and exit code, Ctrl-C as a signal, output and questions.
 * Results go to standard output, everything else to standard error. A command calls `this.parse(Itself)` first, which
 * sets `shared`.
 */
export abstract class BaseCommand extends Command {
  static override baseFlags = sharedFlags;

  /** True for a command that only prints (logs): it ends when its reader closes the pipe. */
  static endsWithItsReader = false;

  #shared: SharedFlags | undefined;
  /** Once a display is open, notes and warnings go through it: it may be repainting. */
  #display: ProgressSink | undefined;
  readonly #interruption = new Interruption({
    onFirst: () => {
      if (!(this.ctor as typeof BaseCommand).endsWithItsReader)
        this.note('interrupted: shutting down (press Ctrl-C again to quit now)');
    },
  });

  /** Aborted by the first Ctrl-C, SIGTERM or SIGHUP; pass it to everything that waits. */
  protected get signal(): AbortSignal {
    return this.#interruption.signal;
  }

  protected get shared(): SharedFlags {
    if (this.#shared === undefined) throw new Error(`${this.id ?? 'command'} used shared flags before it parsed them`);
    return this.#shared;
  }

  protected get prompt(): Prompt {
    return new Prompt({ input: process.stdin, output: process.stderr }, this.#interruption);
  }

  /** Style of text for standard output. */
  protected get style(): Style {
    return styleFor(process.stdout, process.env);
  }

  /** Prints the result: one document under --json, else the text of `render`. */
  protected result(what: string, body: object, render: (style: Style) => string): void {
    process.stdout.write(this.shared.json ? renderDocument(what, body) : withNewline(terminalText(render(this.style))));
  }

  /** Prints part of the result as text; nothing under --json. */
  protected print(text: string): void {
    if (!this.shared.json) process.stdout.write(withNewline(terminalText(text)));
  }

  protected note(text: string): void {
    if (this.#display !== undefined) this.#display({ type: 'notice', text });
    else if (this.#shows('info')) process.stderr.write(`${terminalText(text)}\n`);
  }

  protected warning(text: string): void {
    if (this.#display !== undefined) this.#display({ type: 'warning', text });
    else if (this.#shows('warning'))
      process.stderr.write(`${terminalText(warningLine(text, styleFor(process.stderr, process.env)))}\n`);
  }

  /** Asks for a yes; `--yes` answers it. */
  protected async confirm(text: string, question: Question): Promise<boolean> {
    return this.shared.yes || (await this.prompt.confirm(text, question));
  }

  /** Shows progress: a live display on a terminal, plain lines elsewhere, only warnings under --json. */
  protected progress(options: { readonly output?: boolean } = {}): ProgressSink {
    const { logLevel, json } = this.shared;
    this.#display = createProgress(process.stderr, process.env, {
      logLevel,
      quiet: json,
      output: options.output === true,
    });
    return this.#display;
  }

  /** For a daemon: SIGHUP calls this in place of shutting it down. */
  protected onHangup(reload: () => void): void {
    this.#interruption.onHangup(reload);
  }

  /** Sets the exit code; the command still ends normally. */
  protected exitWith(code: number): void {
    process.exitCode = code;
  }

  /** Runs the command, from its arguments to its exit code. */
  async execute(): Promise<void> {
    await this._run();
  }

  protected override async parse<F extends Output, B extends Output, A extends Arguments>(
    options?: Interfaces.Input<F, B, A>,
    argv: string[] = this.argv,
  ): Promise<Interfaces.ParserOutput<F, B, A>> {
    const parsed = await super.parse(
      prepareInput(options ?? (this.ctor as unknown as Interfaces.Input<F, B, A>)),
      hideDashes(argv),
    );
    showDashes(parsed.flags);
    this.#shared = sharedOf(parsed.flags);
    return parsed;
  }

  protected override async init(): Promise<void> {
    this.#interruption.listen();
    // oclif's own listener throws, so that those after it are not called.
    process.stdout.removeAllListeners('error').on('error', this.#outputFailed);
    // Progress and warnings are lost; the work goes on.
    process.stderr.on('error', () => {});
  }

  protected override async finally(): Promise<void> {
    this.#interruption.stopListening();
  }

  protected override async catch(error: Error): Promise<void> {
    // The program reports the failed output at its end.
    if (error instanceof Interrupted && outputFailure(process.stdout.errored) !== undefined) return;
    const json = this.#shared?.json ?? this.argv.slice(0, endOfFlags(this.argv)).includes('--json');
    process.exitCode = printError(error, { json, debug: this.#shared?.logLevel === 'debug' });
  }

  #shows(level: LogLevel): boolean {
    return isAtLeast(level, this.#shared?.logLevel ?? 'info');
  }

  /** What has begun is undone before the command ends: an instance may be paused. */
  readonly #outputFailed = (error: NodeJS.ErrnoException): void => {
    if (outputFailure(error) !== undefined) this.#interruption.abort();
    else if ((this.ctor as typeof BaseCommand).endsWithItsReader) process.exit(0);
  };
}

function withNewline(text: string): string {
  return text === '' || text.endsWith('\n') ? text : `${text}\n`;
}
