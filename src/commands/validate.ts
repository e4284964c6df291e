import { conf } from '../lib/cli/arguments/instance-flags.ts';
import { ProjectCommand } from '../lib/cli/project-command.ts';
import { renderValidation } from '../lib/cli/render/validation-text.ts';
import { validateProject } from '../lib/use-cases/validate-project.ts';

/** As of every command that meets an invalid file. */
const invalidExitCode = 2;

export default class Validate extends ProjectCommand {
  static override description = "check the project's files for problems, without an engine";
  static override examples = [
    '<%= config.bin %> validate',
    '<%= config.bin %> validate --conf production',
    '<%= config.bin %> validate:conf=production',
    '<%= config.bin %> validate --json',
  ];
  static override flags = { conf };

  async run(): Promise<void> {
    const { flags } = await this.parse(Validate);
    const validation = validateProject(this.invocation(flags.conf));
    for (const notice of validation.notices) this.warning(notice);
    this.result('validate', { valid: validation.problems.length === 0, ...validation }, (style) =>
      renderValidation(validation, style),
    );
    if (validation.problems.length > 0) this.exitWith(invalidExitCode);
  }
}
