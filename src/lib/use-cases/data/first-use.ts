import { existsSync } from 'node:fs';
import { UserError } from '../../errors.ts';
import type { ChangeContext, Preview } from '../apply-plan.ts';
import type { OpenProject } from '../open-project.ts';

/**
 * Asks before a project creates its data directory on a host: with a typing error in DATA_DIR the data would seem lost.
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
    if (!(await this.#exists(dataDirectory, prepared.onThisMachine))) {
      const where = prepared.onThisMachine ? dataDirectory : `${dataDirectory} on host ${observed.engine.hostname}`;
      const question = `persistent data will be stored in ${where}, which does not exist yet. Create it?`;
      if (!(await this.#context.confirm(question, '--yes'))) throw declined();
    }
    this.#isConfirmed = true;
  }

  async #exists(directory: string, isHere: boolean): Promise<boolean> {
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
