import { Args, Flags } from '@oclif/core';
import { definedOnly } from '../defined.ts';
import { UserError } from '../errors.ts';
import type { Deployment } from '../server/deploy/deployment.ts';
import { ServerCommand } from './server-command.ts';

export const serviceArgument = Args.string({ required: true, description: 'name of the service' });

const several = { multiple: true, multipleNonGreedy: true } as const;

/** Flags for the configuration of a service. */
export const configFlags = {
  instances: Flags.integer({ min: 1, max: 1000, helpValue: 'COUNT', description: 'units that run' }),
  port: Flags.string({
    ...several,
    char: 'p',
    helpValue: '[HOST:]CONTAINER',
    description: 'port of its containers, and the port of each host that leads there; may be repeated',
  }),
  env: Flags.string({
    ...several,
    char: 'e',
    helpValue: 'NAME=VALUE',
    description: 'environment variable; may be repeated',
  }),
  volume: Flags.string({
    ...several,
    char: 'v',
    helpValue: 'SOURCE:TARGET[:ro]',
    description: 'path of the host, or name of a volume, and where it is in the container; may be repeated',
  }),
  public: Flags.boolean({ allowNo: true, description: 'reached by its name on the public port' }),
  'auto-deploy': Flags.boolean({ allowNo: true, description: 'a push to its repository deploys it' }),
  'conflicts-with': Flags.string({
    helpValue: 'PATTERN',
    description: 'not on a host with a unit of a service of such a name',
  }),
  'share-with': Flags.string({
    helpValue: 'PATTERN',
    description: 'only on a host with a unit of a service of such a name',
  }),
  healthcheck: Flags.string({ helpValue: 'COMMAND', description: 'tells when a unit is ready' }),
};

interface ConfigFlagValues {
  readonly instances?: number | undefined;
  readonly port?: readonly string[] | undefined;
  readonly env?: readonly string[] | undefined;
  readonly volume?: readonly string[] | undefined;
  readonly public?: boolean | undefined;
  readonly 'auto-deploy'?: boolean | undefined;
  readonly 'conflicts-with'?: string | undefined;
  readonly 'share-with'?: string | undefined;
  readonly healthcheck?: string | undefined;
}

/** The keys of a configuration that flags give. */
export function configOf(flags: ConfigFlagValues): Readonly<Record<string, unknown>> {
  return definedOnly({
    numInstances: flags.instances,
    ports: flags.port?.map(portOf),
    env: flags.env && Object.fromEntries(flags.env.map((text) => pairOf('--env', text, /^([^=]+)=(.*)$/s))),
    volume: flags.volume && Object.fromEntries(flags.volume.map((text) => pairOf('--volume', text, /^([^:]+):(.+)$/))),
    publicFacing: flags.public,
    autoDeploy: flags['auto-deploy'],
    conflictsWith: flags['conflicts-with'],
    mustShareWith: flags['share-with'],
    healthcheck: flags.healthcheck,
  });
}

function portOf(text: string): object {
  const [, host, container = ''] = /^(?:(\d{1,5}):)?(\d{1,5})$/.exec(text) ?? [];
  if (container === '')
    throw new UserError(`--port: "${text}" is not [HOST:]CONTAINER`, {
      code: 'WRONG_USAGE',
      suggestions: ['write it like 80:9000, or 9000'],
    });
  return { container: Number(container), ...(host === undefined ? {} : { host: Number(host) }) };
}

const forms: Readonly<Record<string, string>> = { '--env': 'NAME=VALUE', '--volume': 'SOURCE:TARGET[:ro]' };

function pairOf(flag: string, text: string, form: RegExp): readonly [string, string] {
  const [, name, value] = form.exec(text) ?? [];
  if (name !== undefined && value !== undefined) return [name, value];
  throw new UserError(`${flag}: "${text}" is not ${forms[flag] ?? ''}`, { code: 'WRONG_USAGE' });
}

export const waitFlag = Flags.boolean({
  allowNo: true,
  default: true,
  description: 'wait until the deploy has ended, and show how it goes',
});

/** Commands that ask a server for its services. */
export abstract class ServicesCommand extends ServerCommand {
  protected warnings(warnings: readonly string[] = []): void {
    for (const warning of warnings) this.warning(warning);
  }

  /** Prints how a deploy is, or has ended. */
  protected deployed(what: string, deployment: Deployment): void {
    this.result(what, { deployment }, () => deploymentText(deployment));
  }
}

export function deploymentText({ service, version, state }: Deployment): string {
  return `${service} version ${String(version)}: ${state}`;
}
