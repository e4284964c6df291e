import { definedOnly } from '../defined.ts';
import type { Owner } from '../model/desired.ts';
import type { RunRequest } from '../model/run-request.ts';
import type { Needs } from '../project/needed-files.ts';
import { emptyPlan } from '../plan/builder.ts';
import type { ChangeContext, ChangeResult } from '../use-cases/apply-plan.ts';
import { commandText } from '../use-cases/command-text.ts';
import type { OpenProject } from '../use-cases/open-project.ts';
import type { AskForVariables } from '../use-cases/resolve-run.ts';
import { entryMissing } from '../use-cases/run-instances.ts';
import { rememberConf, saveAnswers } from '../use-cases/save-answers.ts';
import { InteractiveSession } from '../use-cases/sessions/interactive-session.ts';
import { ProjectCommand } from './project-command.ts';
import type { Question } from './arguments/prompt.ts';
import { renderChange, type ChangeOptions } from './render/change-text.ts';
import { printablePlan } from './render/plan-json.ts';
import { renderSessionEnd } from './render/session-text.ts';
import { testHooks } from './test-hooks.ts';

type Work = (context: ChangeContext) => Promise<ChangeResult>;

/** Commands that change something: how they ask, show progress, and print what was done. */
export abstract class ChangeCommand extends ProjectCommand {
  /** A conf given with --conf stays in use until another is given. */
  protected async openProjectToChange(needs: Needs, conf: string | undefined): Promise<OpenProject> {
    const opened = await this.openProject(needs, conf, { observes: true });
    // In a host.conf with mistakes nothing can be saved.
    if (conf !== undefined && (needs !== 'labels' || opened.project.problems.length === 0)) await rememberConf(opened);
    return opened;
  }

  /** `output`: show the lines of builds and pulls. */
  protected changeContext(output = false): ChangeContext {
    return {
      progress: this.progress({ output }),
      signal: this.signal,
      command: commandText(this.id ?? '', this.argv),
      warn: (text) => this.warning(text),
      confirm: (text, flag) => this.confirm(text, { flag }),
      ...definedOnly({ hooks: testHooks(process.env) }),
    };
  }

  /** Makes a change with a progress display, then prints what was done. */
  protected async change(work: Work, options: ChangeOptions & { readonly output?: boolean } = {}): Promise<void> {
    const result = await work(this.changeContext(options.output));
    this.result(this.id ?? '', { ...printablePlan(result.plan), done: result.done }, (style) =>
      renderChange(result, style, options),
    );
  }

  /** The same, and attaches this terminal to an interactive instance that the change has created. */
  protected async changeWithTerminal({ engine }: OpenProject, work: Work, options: ChangeOptions = {}): Promise<void> {
    const session = new InteractiveSession(engine, process);
    try {
      await this.change((context) => work(this.shared.json ? context : session.attaching(context)), options);
    } catch (error) {
      session.close();
      throw error;
    }
    const end = await session.handOver();
    if (end !== undefined) this.note(renderSessionEnd(end));
  }

  /** Asks for variables without a value and offers to save the answers. Without a terminal it returns none. */
  protected askForVariables(opened: OpenProject): AskForVariables {
    return async (missing) => {
      if (!this.prompt.isPossible) return {};
      const answers: Record<string, string> = {};
      for (const { name, key, reason, secret } of missing) {
        if (answers[name] === undefined)
          answers[name] = await this.prompt.ask(`${key} needs ${name} (${reason}):`, { flag: `${name}=VALUE`, secret });
      }
      const which = Object.keys(answers).length === 1 ? 'it' : 'them';
      if (await this.confirm(`save ${which} in host.conf?`, { flag: '--yes' })) await saveAnswers(opened, answers);
      return answers;
    };
  }

  /**
   * Asks on a terminal before an instance without an entry in run.conf runs with defaults; elsewhere a warning says so.
   */
  protected async confirmDefaults(opened: OpenProject, request: RunRequest): Promise<boolean> {
    if (!this.prompt.isPossible) return true;
    const missing = await entryMissing(opened, request);
    if (missing === undefined) return true;
    return this.confirmChange(opened.owner, `${missing}; continue?`, { flag: '--yes' });
  }

  /**
   * Asks, listing them, before instances are stopped (and removed) that nobody named: always for a group or all, and
   * for several of a service. Gives the request with what it was about then, as others may come until it is applied;
   * undefined after a no.
   */
  protected async confirmUnnamed(
    { owner }: OpenProject,
    request: RunRequest,
    {
      verb,
      keys,
      force,
    }: { readonly verb: string; readonly keys: () => Promise<readonly string[]>; readonly force: boolean },
  ): Promise<RunRequest | undefined> {
    if (force || this.shared.yes) return request;
    const items = await keys();
    const confirmed = { ...request, confirmed: items };
    const isService = request.target === 'service';
    if (items.length <= (isService ? 1 : 0)) return confirmed;
    const which = items.length === 1 ? 'this instance' : `these ${String(items.length)} instances`;
    const flag = isService ? '--force, or name one with --instance NAME' : '--force';
    return (await this.confirmChange(owner, `${verb} ${which}?`, { flag, items })) ? confirmed : undefined;
  }

  /** Asks for a yes. After a no, it prints the result of a command that changed nothing. */
  protected async confirmChange(owner: Owner, text: string, question: Question): Promise<boolean> {
    if (await this.confirm(text, question)) return true;
    this.note('nothing was changed');
    this.result(this.id ?? '', { ...printablePlan(emptyPlan(owner)), done: [] }, () => '');
    return false;
  }
}
