import { Flags } from '@oclif/core';
import { ProjectCommand } from '../lib/cli/project-command.ts';
import { renderNodeStatus } from '../lib/cli/render/node-status-text.ts';
import { printablePlan } from '../lib/cli/render/plan-json.ts';
import { renderPlan } from '../lib/cli/render/plan-text.ts';
import { definedOnly } from '../lib/defined.ts';
import { openLog } from '../lib/daemons/log.ts';
import { openOperator } from '../lib/daemons/operator/open-operator.ts';
import type { Operator as OperatorDaemon } from '../lib/daemons/operator/operator.ts';
import { resolveSettings, type OperatorSettings, type SettingsSources } from '../lib/daemons/operator/settings.ts';
import { Reloading } from '../lib/daemons/reloading.ts';
import { saveMemory } from '../lib/daemons/save-memory.ts';
import { readSettingsFile } from '../lib/daemons/settings-file.ts';

const usualConfig = 'operator.json';

export default class Operator extends ProjectCommand {
  static override description = 'keep this host as Consul describes it: its containers and its registered services';
  static override examples = [
    '<%= config.bin %> operator --node web-1 --consul 10.0.0.5',
    '<%= config.bin %> operator --config /etc/dockerops/operator.json',
    '<%= config.bin %> operator --node web-1 --consul 10.0.0.5 --once',
    '<%= config.bin %> operator --dry-run --verbose',
  ];
  static override flags = {
    node: Flags.string({ helpValue: 'NAME', description: 'name of this node; required' }),
    consul: Flags.string({
      helpValue: 'HOST[:PORT]',
      description: 'Consul agent of this node; default port: 8500; required',
    }),
    config: Flags.string({
      helpValue: 'FILE',
      description: `settings, and services that always run; default: ./${usualConfig} if it exists`,
    }),
    once: Flags.boolean({
      description:
        'run once and exit, with 1 if a service is not as desired; waits up to 10 min for lock, Consul and images',
    }),
    'dry-run': Flags.boolean({ description: 'show what would be done, without doing it' }),
    loop: Flags.boolean({ allowNo: true, description: 'run until stopped (default); --no-loop is the same as --once' }),
    wait: Flags.string({ helpValue: 'TIME', description: 'how long a blocking query to Consul may wait; default: 5m' }),
    metadata: Flags.string({ helpValue: 'JSON', description: 'facts about this node, published as its metadata' }),
    prefix: Flags.string({ helpValue: 'KEY', description: 'prefix of the keys of all nodes; default: _wakeful' }),
    listen: Flags.string({
      helpValue: 'ADDRESS',
      description: 'address for /api/state, /_health and /metrics, or off; default: 127.0.0.1:8000',
    }),
    address: Flags.string({
      helpValue: 'ADDRESS',
      description: "address at which other hosts reach this node; default: the Consul agent's",
    }),
    token: Flags.string({
      helpValue: 'TOKEN',
      description: 'Consul token; safer in a file or the environment, where other users cannot see it',
    }),
    'token-file': Flags.string({ helpValue: 'FILE', description: 'file with the Consul token' }),
    'ca-file': Flags.string({ helpValue: 'FILE', description: "CA certificate for Consul's certificate" }),
    'cert-file': Flags.string({ helpValue: 'FILE', description: 'client certificate for Consul' }),
    'key-file': Flags.string({ helpValue: 'FILE', description: 'private key of --cert-file' }),
    verbose: Flags.boolean({ description: 'log every pass with its reasons' }),
  };

  async run(): Promise<void> {
    saveMemory('nothing');
    const { flags } = await this.parse(Operator);
    const { config, once, 'dry-run': isDry, ...given } = flags;
    const read = (): OperatorSettings => readSettings(config, given);
    const settings = read();
    const operator = await this.#open(settings);
    if (isDry) await this.#dryRun(operator, settings);
    else if (once || !settings.loop) await this.#once(operator);
    else await this.#loop(operator, read);
  }

  #open(settings: OperatorSettings): Promise<OperatorDaemon> {
    return openOperator(settings, this.invocation(), settings.verbose ? 'debug' : this.shared.logLevel);
  }

  async #loop(operator: OperatorDaemon, read: () => OperatorSettings): Promise<void> {
    const log = openLog('operator', this.shared.logLevel);
    const reloading = new Reloading(operator, async () => this.#open(read()), log);
    this.onHangup(() => {
      reloading.reload();
    });
    await reloading.run(this.signal);
  }

  async #dryRun(operator: OperatorDaemon, { verbose }: OperatorSettings): Promise<void> {
    const { plan, refused, notices } = await operator.preview(this.signal);
    for (const notice of notices) this.warning(notice);
    for (const [service, reason] of refused) this.warning(`${service}: ${reason}`);
    this.result('plan', printablePlan(plan), (style) => renderPlan(plan, style, { verbose }));
  }

  async #once(operator: OperatorDaemon): Promise<void> {
    const status = await operator.once(this.signal);
    this.result('operator', status, (style) => renderNodeStatus(status, style));
    if (Object.values(status.services).some(({ state }) => state !== 'running' && state !== 'ended')) this.exitWith(1);
  }
}

function readSettings(config: string | undefined, flags: SettingsSources['flags']): OperatorSettings {
  const { env: environment } = process;
  const file = readSettingsFile({
    flag: config,
    variable: 'OPERATOR_CONFIG',
    environment,
    usual: usualConfig,
    code: 'OPERATOR_SETTINGS',
  });
  return resolveSettings({ flags, environment, ...definedOnly({ file }) });
}
