import { DaemonProcess } from './daemon-process.ts';

/** A daemon with pages of its own, on a free port. */
export class TestDaemon<State> extends DaemonProcess {
  constructor(command: string, words: readonly string[], environment: Readonly<Record<string, string>> = {}) {
    super([command, '--listen', '127.0.0.1:0', ...words], environment);
  }

  async page(path: string): Promise<{ readonly status: number; readonly text: string }> {
    // The last one: it may have started again with other settings.
    const response = await fetch(`${this.loggedUrls('http').at(-1) ?? ''}${path}`);
    return { status: response.status, text: await response.text() };
  }

  async state(): Promise<State> {
    return JSON.parse((await this.page('/api/state')).text) as State;
  }

  /** Returns when the check passes. */
  async until(check: (state: State) => void, limitMs = 20_000): Promise<State> {
    return this.untilPasses(() => this.state(), check, limitMs);
  }
}
