import { Args, Flags } from '@oclif/core';
import { keepOld, timeout } from '../lib/cli/arguments/common-flags.ts';
import { conf, instance } from '../lib/cli/arguments/instance-flags.ts';
import { rollbackChoices, rollbackRequest } from '../lib/use-cases/rollback-request.ts';
import { ChangeCommand } from '../lib/cli/change-command.ts';
import { serverAddress, serverFlags } from '../lib/cli/server-command.ts';
import { deploymentText, serviceArgument, waitFlag } from '../lib/cli/services-command.ts';
import { UserError } from '../lib/errors.ts';
import { followDeployment } from '../lib/server/client/follow-deployment.ts';
import { ServicesClient } from '../lib/server/client/services-client.ts';
import { neededBy } from '../lib/use-cases/needed-by.ts';
import { runInstances } from '../lib/use-cases/run-instances.ts';

interface ServerFlags {
  readonly server?: string | undefined;
  readonly 'token-file'?: string | undefined;
  readonly wait: boolean;
}

interface InstanceFlags {
  readonly instance: string;
  readonly conf?: string | undefined;
  readonly to?: string | undefined;
  readonly timeout?: number | undefined;
  readonly 'keep-old': boolean;
}

/** An instance is one of the project; without one, the service is one of a server. */
export default class Rollback extends ChangeCommand {
  static override description =
    'run an earlier image again: an instance of the project the one that it ran before; a service of a server that ' +
    'of an earlier version, with its configuration';
  static override examples = [
    '<%= config.bin %> rollback:demo,instance=one',
    '<%= config.bin %> rollback demo --instance one --to 30347a3fdd77',
    '<%= config.bin %> rollback api',
    '<%= config.bin %> rollback api 3',
  ];
  static override args = {
    service: serviceArgument,
    version: Args.integer({
      min: 1,
      description: 'of a service of a server; default: the one that ran before the one that runs',
    }),
  };
  static override flags = {
    instance,
    conf,
    to: Flags.string({
      helpValue: 'CONTENT',
      description: 'image of an instance, by the first 12 digits of its content; default: the one before',
    }),
    'keep-old': keepOld,
    timeout,
    ...serverFlags,
    wait: waitFlag,
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(Rollback);
    const { instance: name } = flags;
    if (name === undefined) {
      if (flags.to !== undefined) throw toWithoutInstance(args.service);
      return this.#ofServer(args.service, args.version, flags);
    }
    if (args.version !== undefined || flags.server !== undefined) throw versionOfInstance(args.service, name);
    await this.#ofProject(args.service, { ...flags, instance: name });
  }

  async #ofProject(service: string, flags: InstanceFlags): Promise<void> {
    const request = rollbackRequest(service, flags.instance);
    const opened = await this.openProjectToChange(neededBy(request), flags.conf);
    await this.changeWithTerminal(opened, (context) =>
      runInstances(opened, request, rollbackChoices(flags), context, this.askForVariables(opened)),
    );
  }

  async #ofServer(service: string, given: number | undefined, flags: ServerFlags): Promise<void> {
    const client = new ServicesClient(serverAddress(flags), this.signal);
    const version = given ?? (await this.#before(client, service));
    this.note(`back to version ${String(version)}`);
    const id = await client.rollback(service, version);
    const options = { wait: flags.wait, progress: this.progress(), signal: this.signal };
    const deployment = await followDeployment(client, id, options);
    this.result('rollback', { deployment }, () => deploymentText(deployment));
  }

  async #before(client: ServicesClient, service: string): Promise<number> {
    const [, before] = (await client.deployments(service)).filter(({ state }) => state === 'done');
    if (before !== undefined) return before.version;
    throw new UserError(`${service} has no version that ran before the one that runs`, {
      code: 'NO_VERSION',
      suggestions: [`dockerops services show ${service}`],
    });
  }
}

function toWithoutInstance(service: string): UserError {
  return new UserError('--to is about an instance of the project, which has to be named', {
    code: 'WRONG_USAGE',
    suggestions: [`dockerops rollback:${service},instance=NAME,to=CONTENT`],
  });
}

function versionOfInstance(service: string, instance: string): UserError {
  return new UserError('an instance is one of the project, and versions and --server are of services of a server', {
    code: 'WRONG_USAGE',
    suggestions: [`dockerops rollback:${service},instance=${instance}`],
  });
}
