import { existsSync } from 'node:fs';
import { UserError } from '../../errors.ts';
import type { ChangeContext, Preview } from '../apply-plan.ts';
import type { OpenProject } from '../open-project.ts';

/**
 * The first time that a project keeps data on a host is confirmed: a typing error in DATA_DIR would look like lost
 * data.
 */
export class FirstUse {
  readonly #opened: OpenProject;
  readonly #context: ChangeContext;
  #isConfirmed = false;

  constructor(opened: OpenProject, context: ChangeContext) {
    this.#opened = opened;
    this.#context = context;
  }

  async confirm({ plan, observed }: Preview): Promise<void> {
    const { dataDirectory } = this.#opened.project.place;
    const prepared = plan.operations.find((operation) => operation.kind === 'prepare-data');
    if (this.#isConfirmed || this.#context.confirm === undefined || prepared === undefined || plan.blockers.length > 0)
      return;
    if (!(await this.#isThere(dataDirectory, prepared.onThisMachine))) {
      const where = prepared.onThisMachine ? dataDirectory : `${dataDirectory} on host ${observed.engine.hostname}`;
      if (
        !(await this.#context.confirm(
          `persistent data will be stored in ${where}, which does not exist yet. Create it?`,
          '--yes',
        ))
      )
        throw declined();
    }
    this.#isConfirmed = true;
  }

  async #isThere(directory: string, isHere: boolean): Promise<boolean> {
    const { owner, tools } = this.#opened;
    return isHere ? existsSync(directory) : tools.applier.isDirectoryThere(owner, directory);
  }
}

function declined(): UserError {
  return new UserError('nothing was changed', {
    code: 'NOT_CONFIRMED',
    suggestions: [
      'choose another directory: DATA_DIR=<directory>',
      'or run without persistent data: persistent_data=False,persistent_log=False',
    ],
  });
}
