import type { RunRequest } from '../model/run-request.ts';
import { neededBy } from '../use-cases/needed-by.ts';
import { confWithoutEntries, runInstances, type RunChoices } from '../use-cases/run-instances.ts';
import { ChangeCommand } from './change-command.ts';

/** Commands that run instances of a project. */
export abstract class RunCommand extends ChangeCommand {
  protected async runRequest(request: RunRequest, options: RunChoices, conf: string | undefined): Promise<void> {
    const opened = await this.openProjectToChange(neededBy(request), conf);
    if (!(await this.confirmDefaults(opened, request))) return;
    await this.changeWithTerminal(
      opened,
      (context) => runInstances(opened, request, options, context, this.askForVariables(opened)),
      { noEntries: confWithoutEntries(opened, request), switches: request.switches },
    );
  }
}
