import { ProjectCommand } from '../lib/cli/project-command.ts';
import { renderHistory } from '../lib/cli/render/history-table.ts';
import { projectHistory } from '../lib/use-cases/written-plan/history.ts';

export default class History extends ProjectCommand {
  static override description = 'show which written plans were applied to this project, and how far';
  static override examples = ['<%= config.bin %> history', '<%= config.bin %> history --json'];

  async run(): Promise<void> {
    await this.parse(History);
    const plans = projectHistory(this.invocation());
    this.result('history', { plans }, (style) => renderHistory(plans, style));
  }
}
