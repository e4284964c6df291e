import type { RunRequest } from '../model/run-request.ts';
import { cleanInstances, instancesToClean } from '../use-cases/clean-instances.ts';
import { ChangeCommand } from './change-command.ts';

/** Commands that stop and remove instances of a project. */
export abstract class CleanCommand extends ChangeCommand {
  protected async clean(
    request: RunRequest,
    flags: { readonly conf?: string | undefined; readonly force: boolean },
  ): Promise<void> {
    const opened = await this.openProjectToChange('labels', flags.conf);
    const keys = (): Promise<readonly string[]> => instancesToClean(opened, request);
    const asked = { verb: 'stop and remove', keys, force: flags.force };
    const confirmed = await this.confirmUnnamed(opened, request, asked);
    if (confirmed !== undefined) await this.change((context) => cleanInstances(opened, confirmed, context));
  }
}
