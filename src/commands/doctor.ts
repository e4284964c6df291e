import { ProjectCommand } from '../lib/cli/project-command.ts';
import { renderChecks } from '../lib/cli/render/checks-text.ts';
import { runDoctor } from '../lib/use-cases/doctor/doctor.ts';

export default class Doctor extends ProjectCommand {
  static override description =
    'check everything that dockerops needs and say how to fix problems; exits with 1 when a check fails';
  static override examples = [
    '<%= config.bin %> doctor',
    '<%= config.bin %> doctor --json',
    '<%= config.bin %> doctor --host ssh://admin@db.example.org',
  ];

  async run(): Promise<void> {
    await this.parse(Doctor);
    const checks = await runDoctor(this.invocation());
    const failed = checks.some(({ status }) => status === 'fail');
    this.result('doctor', { ok: !failed, checks }, (style) => renderChecks(checks, style));
    if (failed) this.exitWith(1);
  }
}
