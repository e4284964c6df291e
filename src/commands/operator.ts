import { readFileSync } from 'node:fs';
import { Flags } from '@oclif/core';
import type { Operator as OperatorDaemon } from '../lib/daemons/operator/operator.ts';
import { resolveSettings, settingNames, type OperatorSettings } from '../lib/daemons/operator/settings.ts';
import { UserError } from '../lib/errors.ts';
import { ProjectCommand } from '../lib/cli/project-command.ts';
import { openOperator } from '../lib/daemons/operator/open-operator.ts';
import { renderNodeStatus } from '../lib/cli/render/node-status-text.ts';
import { printablePlan } from '../lib/cli/render/plan-json.ts';
import { renderPlan } from '../lib/cli/render/plan-text.ts';

const usualConfig = 'operator.json';

export default class Operator extends ProjectCommand {
  static override description =
    'make this host equal to what Consul says, and keep it so: containers, and the services that are registered';
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
      description: `settings, and services that always run; default: ./${usualConfig} if it is there`,
    }),
    once: Flags.boolean({
      description:
        'one pass, then the end; waits up to 10 minutes for its turn, Consul and images; exits with 1 when one of them does not come, or a service is not as wanted',
    }),
    'dry-run': Flags.boolean({ description: 'show what a pass would do, without doing it' }),
    loop: Flags.boolean({ allowNo: true, description: 'go on until stopped (usual); --no-loop is --once' }),
    wait: Flags.string({ helpValue: 'TIME', description: 'how long one question to Consul stays open; default: 5m' }),
    metadata: Flags.string({ helpValue: 'JSON', description: 'facts of this node, written to its metadata' }),
    prefix: Flags.string({ helpValue: 'KEY', description: 'where the keys of all nodes are; default: _wakeful' }),
    listen: Flags.string({
      helpValue: 'ADDRESS',
      description: 'address for /api/state, /_health and /metrics, or off; default: 127.0.0.1:8000',
    }),
    address: Flags.string({
      helpValue: 'ADDRESS',
      description: "address under which others reach the ports of this node; default: the Consul agent's",
    }),
    token: Flags.string({
      helpValue: 'TOKEN',
      description: 'token for Consul; better in a file or the environment, where others do not see it',
    }),
    'token-file': Flags.string({ helpValue: 'FILE', description: 'file with the token for Consul' }),
    'ca-file': Flags.string({ helpValue: 'FILE', description: "authority that Consul's certificate comes from" }),
    'cert-file': Flags.string({ helpValue: 'FILE', description: 'certificate to show Consul' }),
    'key-file': Flags.string({ helpValue: 'FILE', description: 'private key of --cert-file' }),
    verbose: Flags.boolean({ description: 'log every pass and its reasons' }),
  };

  async run(): Promise<void> {
    const { flags } = await this.parse(Operator);
    const { config, once, 'dry-run': isDry, ...given } = flags;
    const file = readConfig(config);
    const settings = resolveSettings({
      flags: onlySettings(given),
      environment: process.env,
      ...(file === undefined ? {} : { file }),
    });
    const operator = await openOperator(
      settings,
      this.surroundings(),
      settings.verbose ? 'debug' : this.shared.logLevel,
    );
    if (isDry) await this.#dryRun(operator, settings);
    else if (once || !settings.loop) await this.#once(operator);
    else await operator.run(this.signal);
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

function onlySettings(flags: Readonly<Record<string, unknown>>): Parameters<typeof resolveSettings>[0]['flags'] {
  return Object.fromEntries(settingNames.map((name) => [name, flags[name] as string | boolean | undefined]));
}

function readConfig(config: string | undefined): { readonly name: string; readonly text: string } | undefined {
  const variable = process.env['OPERATOR_CONFIG'];
  const name = config ?? variable ?? usualConfig;
  try {
    return { name, text: readFileSync(name, 'utf8') };
  } catch (cause) {
    const { code = '' } = cause as NodeJS.ErrnoException;
    if (code === 'ENOENT' && name === usualConfig && config === undefined) return undefined;
    const where = config !== undefined ? '--config: ' : variable !== undefined ? 'OPERATOR_CONFIG: ' : '';
    throw new UserError(`${where}${name} cannot be read: ${code === 'ENOENT' ? 'it is not there' : code}`, {
      code: 'OPERATOR_SETTINGS',
      cause,
      suggestions: [
        code === 'ENOENT'
          ? `name a file that is there; where none is named, ./${usualConfig} is read if it is there`
          : 'name a file that this user may read',
      ],
    });
  }
}
