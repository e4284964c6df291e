import { relative } from 'node:path';
import { timeout } from '../lib/cli/arguments/common-flags.ts';
import { reportError } from '../lib/cli/arguments/error-report.ts';
import { conf, target } from '../lib/cli/arguments/instance-flags.ts';
import { printError } from '../lib/cli/arguments/print-error.ts';
import { ChangeCommand } from '../lib/cli/change-command.ts';
import { printablePlan } from '../lib/cli/render/plan-json.ts';
import { watchLine } from '../lib/cli/render/watch-line.ts';
import { reloadProject } from '../lib/use-cases/open-project.ts';
import { neededBy } from '../lib/use-cases/needed-by.ts';
import { runInstances } from '../lib/use-cases/run-instances.ts';
import { watchProject, type WatchEvent } from '../lib/use-cases/watch-project.ts';

const interruptedExitCode = 130;

export default class Watch extends ChangeCommand {
  static override description =
    'run, then build and replace what changed on each save, until Ctrl-C; with --json, one object per line';
  static override examples = ['<%= config.bin %> watch', '<%= config.bin %> watch web', '<%= config.bin %> watch:web'];
  static override args = { target };
  static override flags = {
    conf,
    timeout,
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(Watch);
    const request = this.instanceRequest(args.target, {});
    const options = { replace: 'changed', build: 'stale', wait: true, timeoutSeconds: flags.timeout } as const;
    const context = this.changeContext();
    const first = await this.openProjectToChange(neededBy(request), flags.conf);
    const events = watchProject({
      service: request.service,
      signal: this.signal,
      reload: () => reloadProject(first, this.invocation(flags.conf), neededBy(request)),
      change: (opened) => runInstances(opened, request, options, context, this.askForVariables(opened)),
    });
    for await (const event of events) this.#show(event);
    this.exitWith(interruptedExitCode);
  }

  #show(event: WatchEvent): void {
    if (event.type === 'failed' && !this.shared.json)
      printError(event.error, { json: false, debug: this.shared.logLevel === 'debug' });
    else if (event.type === 'failed' || this.shared.json)
      process.stdout.write(`${JSON.stringify({ schema: 'dockerops/watch/1', ...documentOf(event) })}\n`);
    else this.print(watchLine(event, (path) => relative(process.cwd(), path), this.style));
  }
}

function documentOf(event: WatchEvent): object {
  if (event.type === 'failed') return { type: event.type, error: reportError(event.error) };
  if (event.type !== 'done') return event;
  return { type: event.type, seconds: event.seconds, ...printablePlan(event.result.plan), done: event.result.done };
}
