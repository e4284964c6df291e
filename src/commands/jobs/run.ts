import { Args, Flags } from '@oclif/core';
import { setTimeout as delay } from 'node:timers/promises';
import { splitAtDashes } from '../../lib/cli/arguments/container-command.ts';
import { copyOutput } from '../../lib/cli/copy-output.ts';
import { ServerCommand, serverFlags } from '../../lib/cli/server-command.ts';
import { definedOnly } from '../../lib/defined.ts';
import { DockeropsError, UserError } from '../../lib/errors.ts';
import { JobsClient } from '../../lib/server/client/jobs-client.ts';
import { quoteWords } from '../../lib/shell-words.ts';

const pauseMs = 500;

export default class JobsRun extends ServerCommand {
  static override description = 'run a command as a job of a server, and print its id';
  static override examples = [
    '<%= config.bin %> jobs run user/image -- node report.js',
    '<%= config.bin %> jobs run --name nightly --schedule "30 4 * * *" --timezone Europe/Berlin user/image -- backup',
    '<%= config.bin %> jobs run --follow user/image -- make test',
  ];
  static override args = { image: Args.string({ required: true, description: 'image of the job' }) };
  static override flags = {
    ...serverFlags,
    name: Flags.string({ helpValue: 'NAME', description: 'name of the job and of its service' }),
    memory: Flags.integer({ helpValue: 'MB', description: 'memory, reserved and at the same time the limit' }),
    env: Flags.string({
      char: 'e',
      multiple: true,
      multipleNonGreedy: true,
      helpValue: 'NAME=VALUE',
      description: 'environment variable; may be repeated',
    }),
    label: Flags.string({
      multiple: true,
      multipleNonGreedy: true,
      helpValue: 'NAME=VALUE',
      description: 'label of its service and container; may be repeated',
    }),
    constraint: Flags.string({
      multiple: true,
      multipleNonGreedy: true,
      helpValue: 'TEXT',
      description: 'of the Swarm: node.labels.disk==ssd',
    }),
    timeout: Flags.integer({ helpValue: 'SECONDS', description: 'longest time of a run' }),
    retries: Flags.integer({ helpValue: 'COUNT', description: 'how often a run that failed is tried again' }),
    schedule: Flags.string({ helpValue: 'CRON', description: 'five fields of cron' }),
    timezone: Flags.string({ helpValue: 'ZONE', description: 'of the schedule; default: UTC' }),
    concurrency: Flags.string({
      options: ['forbid', 'allow'],
      description: 'whether a run may start while another one is not over',
    }),
    key: Flags.string({ helpValue: 'KEY', description: 'start only one job for this key within 24 hours' }),
    follow: Flags.boolean({ char: 'f', description: 'print what it prints, and end with its exit code' }),
  };

  async run(): Promise<void> {
    const { parsed, words } = splitAtDashes(this.argv);
    const { args, flags } = await this.parse(JobsRun, parsed);
    if (words.length === 0)
      throw new UserError('the command is missing', {
        code: 'WRONG_USAGE',
        suggestions: [`dockerops jobs run ${args.image} -- COMMAND`],
      });
    const { name, memory, timeout, retries, schedule, timezone, concurrency, constraint } = flags;
    const client = new JobsClient(this.serverAddress(flags), this.signal);
    const request = {
      image: args.image,
      command: quoteWords(words),
      ...definedOnly({ name, memory, timeout, retries, schedule, timezone, concurrency, constraints: constraint }),
      ...(flags.env === undefined ? {} : { env: pairs('--env', flags.env) }),
      ...(flags.label === undefined ? {} : { labels: pairs('--label', flags.label) }),
    };
    const { id, warnings = [] } = await client.run(request, flags.key);
    for (const warning of warnings) this.warning(warning);
    if (flags.follow) await this.#follow(client, id);
    else this.result('jobs-run', { id }, () => id);
  }

  async #follow(client: JobsClient, id: string): Promise<void> {
    await this.#untilStarted(client, id);
    const log = await client.logs(id, { follow: true }).catch(ignoreGone);
    if (log !== undefined) await copyOutput(log, process.stdout);
    const { state, exitCode, error } = await client.status(id);
    if (state !== 'complete') this.warning(error ?? state);
    this.exitWith(exitCode ?? (state === 'complete' ? 0 : 1));
  }

  /** Says once why it waits, and again when the reason changes. */
  async #untilStarted(client: JobsClient, id: string): Promise<void> {
    for (let told = ''; ;) {
      const { state, error = '' } = await client.status(id);
      if (state !== 'pending' && state !== 'preparing') return;
      const text = error === '' ? state : `${state}: ${error}`;
      if (text !== told) this.note(text);
      told = text;
      await delay(pauseMs, undefined, { signal: this.signal });
    }
  }
}

/** A job that ended without a service has no log; its status says why. */
function ignoreGone(error: unknown): undefined {
  if (!(error instanceof DockeropsError) || error.code !== 'SERVER_NOT_FOUND') throw error;
}

function pairs(flag: string, texts: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    texts.map((text) => {
      const [, name, value] = /^([^=]+)=(.*)$/s.exec(text) ?? [];
      if (name !== undefined && value !== undefined) return [name, value];
      throw new UserError(`${flag}: "${text}" is not NAME=VALUE`, { code: 'WRONG_USAGE' });
    }),
  );
}
