import { createInterface } from 'node:readline/promises';
import { Writable, type Readable } from 'node:stream';
import { Interrupted, UserError } from '../../errors.ts';
import { ignoreErrors, untilInterrupted } from '../../interrupt.ts';
import { oneLine, terminalText } from '../render/terminal-text.ts';

export interface Question {
  /** The flag that answers it, as the user would type it: `--instance NAME`. */
  readonly flag: string;
  /** What it is about, listed below it. */
  readonly items?: readonly string[];
  /** Do not show the answer while it is typed. */
  readonly secret?: boolean;
}

export interface PromptStreams {
  readonly input: Readable & { readonly isTTY?: boolean };
  readonly output: NodeJS.WritableStream & { readonly isTTY?: boolean };
}

/** Interruption, as far as a question needs it. */
export interface Interruptible {
  readonly signal: AbortSignal;
  /** Ctrl-C, which reaches a question as a character. */
  readonly receive: () => void;
}

/** Asks on a terminal only. Without one, every question is an error that names the flag to answer it. */
export class Prompt {
  readonly #streams: PromptStreams;
  readonly #interruption: Interruptible;

  constructor(streams: PromptStreams, interruption: Interruptible) {
    this.#streams = streams;
    this.#interruption = interruption;
  }

  get isPossible(): boolean {
    return this.#streams.input.isTTY === true && this.#streams.output.isTTY === true;
  }

  /** Asks for a line of text and trims it; empty if the user just presses Enter. */
  async ask(text: string, question: Question): Promise<string> {
    if (!this.isPossible) throw unanswered(text, question);
    ignoreErrors(this.#streams.input);
    const lines = createInterface({
      input: this.#streams.input,
      output:
        question.secret === true ? new Writable({ write: (_chunk, _encoding, done) => done() }) : this.#streams.output,
      terminal: true,
    });
    // Asked only now, when the terminal no longer echoes what is typed.
    if (question.secret === true) this.#streams.output.write(`${terminalText(text)} `);
    try {
      return (await this.#answer(lines, question.secret === true ? '' : `${terminalText(text)} `)).trim();
    } finally {
      lines.close();
      if (question.secret === true) this.#streams.output.write('\n');
    }
  }

  /** Asks yes or no; Enter alone means no. */
  async confirm(text: string, question: Question): Promise<boolean> {
    const { items = [] } = question;
    const list = items.map((item) => `  ${oneLine(item)}\n`).join('');
    const answer = await this.ask(list === '' ? `${text} [y/N]` : `${text}\n${list}[y/N]`, question);
    return /^(y|yes)$/i.test(answer);
  }

  /** Asks for one of several, by number or name, until the answer is one of them. */
  async choose(text: string, choices: readonly string[], question: Question): Promise<string> {
    const list = choices.map((choice, index) => `  ${index + 1}) ${oneLine(choice)}`).join('\n');
    for (;;) {
      const answer = await this.ask(`${text}\n${list}\nnumber or name:`, question);
      const chosen = choices.find((choice) => choice === answer) ?? choices[Number(answer) - 1];
      if (chosen !== undefined) return chosen;
    }
  }

  async #answer(lines: ReturnType<typeof createInterface>, text: string): Promise<string> {
    const { signal, receive } = this.#interruption;
    const left = new Promise<never>((_, reject) => {
      lines.once('SIGINT', () => {
        receive();
        reject(new Interrupted());
      });
      const ended = (): void => reject(new Interrupted('the input ended before an answer'));
      lines.on('error', ended).once('close', ended);
    });
    return await untilInterrupted(Promise.race([lines.question(text), left]), signal);
  }
}

function unanswered(text: string, question: Question): UserError {
  const { items = [] } = question;
  const list = items.length === 0 ? '' : ` (${items.join(', ')})`;
  return new UserError(`no terminal to ask on: ${text.split('\n')[0] ?? text}${list}`, {
    code: 'NO_TERMINAL',
    suggestions: [`answer with ${question.flag}`],
  });
}
