import { once } from 'node:events';
import { Flags } from '@oclif/core';
import { instance, target } from '../lib/cli/arguments/instance-flags.ts';
import { parseMoment } from '../lib/cli/arguments/parse-time.ts';
import { ProjectCommand } from '../lib/cli/project-command.ts';
import { logDocument, LogLines } from '../lib/cli/render/log-line.ts';
import { UserError } from '../lib/errors.ts';
import type { LogQuery } from '../lib/observe/instance-logs.ts';
import { openLogs } from '../lib/use-cases/inspect/read-logs.ts';

const interruptedExitCode = 130;

interface QueryFlags {
  readonly since?: string | undefined;
  readonly until?: string | undefined;
  readonly tail?: number | undefined;
  readonly grep?: string | undefined;
}

export default class Logs extends ProjectCommand {
  static override description = 'show the logs of instances, merged by time; with --json, one object per line';
  static override examples = [
    '<%= config.bin %> logs all --since 10m',
    '<%= config.bin %> logs demo --instance one --follow --tail 20',
    '<%= config.bin %> logs:demo,since=2026-01-31T14:00:00Z,until=5m,grep=error',
    '<%= config.bin %> logs:all,follow',
  ];
  static override args = { target };
  static override flags = {
    instance,
    follow: Flags.boolean({ char: 'f', description: 'keep printing new lines, also after restarts and replacements' }),
    since: Flags.string({
      helpValue: 'WHEN',
      description: 'lines since then: 10m (ago), 1h30m, 2d, or an RFC 3339 time',
    }),
    until: Flags.string({ helpValue: 'WHEN', description: 'lines until then' }),
    tail: Flags.integer({
      char: 'n',
      min: 0,
      helpValue: 'COUNT',
      description: 'at most this many lines of each instance, the newest',
    }),
    grep: Flags.string({ helpValue: 'PATTERN', description: 'only lines that match this regular expression' }),
    times: Flags.boolean({ char: 't', description: 'show the time of each line' }),
  };
  static override endsWithItsReader = true;

  async run(): Promise<void> {
    const { args, flags } = await this.parse(Logs);
    if (flags.follow && flags.until !== undefined)
      throw new UserError('--follow and --until cannot be combined', { code: 'WRONG_USAGE' });
    const request = {
      target: args.target ?? 'all',
      query: queryOf(flags),
      follow: flags.follow,
      signal: this.signal,
      notice: (text: string) => this.note(text),
      ...(flags.instance === undefined ? {} : { instance: flags.instance }),
    };
    const { keys, lines } = await openLogs(await this.openProject('labels'), request);
    const text = new LogLines(this.style, keys, { times: flags.times });
    for await (const line of lines) {
      await this.#write(this.shared.json ? logDocument(line) : text.render(line));
    }
    if (this.signal.aborted) this.exitWith(interruptedExitCode);
  }

  /** Waits for a slow reader, so that nothing piles up. */
  async #write(text: string): Promise<void> {
    if (!process.stdout.write(text)) await once(process.stdout, 'drain', { signal: this.signal }).catch(() => {});
  }
}

function queryOf({ since, until, tail, grep }: QueryFlags): LogQuery {
  const now = Date.now() / 1000;
  return {
    ...(since === undefined ? {} : { sinceSeconds: parseMoment(since, '--since', now) }),
    ...(until === undefined ? {} : { untilSeconds: parseMoment(until, '--until', now) }),
    ...(tail === undefined ? {} : { tail }),
    ...(grep === undefined ? {} : { grep: parsePattern(grep) }),
  };
}

function parsePattern(text: string): RegExp {
  try {
    return new RegExp(text, 'u');
  } catch (cause) {
    throw new UserError(`--grep: "${text}" is not a regular expression`, {
      code: 'WRONG_USAGE',
      cause,
      suggestions: ['escape literal ( ) [ ] { } . * + ? with a backslash'],
    });
  }
}
