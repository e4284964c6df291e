import { join } from 'node:path';
import { homedir } from 'node:os';
import { UserError } from '../errors.ts';
import type { ApplyHooks } from '../apply/context.ts';
import { BaseCommand } from './base-command.ts';
import { commandSwitches, type InstanceFlags } from './arguments/instance-flags.ts';
import { suggestSwitch } from './arguments/suggest-switch.ts';
import type { ObservedContainer } from '../model/observed-state.ts';
import { InteractiveSession } from '../use-cases/sessions/interactive-session.ts';
import { commandText } from '../use-cases/command-text.ts';
import { findRunning, type ChooseInstance } from '../use-cases/inspect/find-instance.ts';
import type { AskForVariables } from '../use-cases/resolve-run.ts';
import { entryMissing } from '../use-cases/run-instances.ts';
import type { ChangeContext, ChangeResult } from '../use-cases/apply-plan.ts';
import { emptyPlan } from '../plan/builder.ts';
import { rememberConf, saveAnswers } from '../use-cases/save-answers.ts';
import type { RunRequest } from '../model/run-request.ts';
import type { ProjectInvocation } from '../use-cases/invocation.ts';
import { openEngine, type OpenEngine } from '../use-cases/open-engine.ts';
import { openProject, type OpenProject } from '../use-cases/open-project.ts';
import { renderChange } from './render/change-text.ts';
import { printablePlan } from './render/plan-json.ts';
import { renderSessionEnd } from './render/session-text.ts';

/** Commands that work on a project or an engine: how they open it, ask, and show what they changed. */
export abstract class ProjectCommand extends BaseCommand {
  /** How to start this program again in a child process, from a clone as from an installed package. */
  protected get program(): readonly [string, string] {
    return [process.execPath, join(this.config.root, 'bin', 'dockerops')];
  }

  protected async openProject(conf?: string, options: Parameters<typeof openProject>[1] = {}): Promise<OpenProject> {
    const opened = await openProject(this.invocation(conf), options);
    for (const notice of opened.notices) this.note(notice);
    return opened;
  }

  /** For commands that change something: a conf given with --conf stays in use until another is given. */
  protected async openProjectToChange(conf: string | undefined): Promise<OpenProject> {
    const opened = await this.openProject(conf, { observes: true });
    if (conf !== undefined) await rememberConf(opened);
    return opened;
  }

  protected async openEngine(): Promise<OpenEngine> {
    return openEngine(this.invocation());
  }

  /** Where and how dockerops was called; what opens a project or an engine needs it. */
  protected invocation(conf?: string): ProjectInvocation {
    const { host, project, projectDirectory } = this.shared;
    return {
      ...(project === undefined ? {} : { name: project }),
      ...(projectDirectory === undefined ? {} : { projectDirectory }),
      ...(conf === undefined ? {} : { conf }),
      packageDirectory: this.config.root,
      homeDirectory: homedir(),
      workingDirectory: process.cwd(),
      environment: process.env,
      ...(host === undefined ? {} : { host }),
    };
  }

  protected override async catch(error: Error): Promise<void> {
    await super.catch(suggestSwitch(error, this.id ?? '', this.argv, { ...this.ctor.baseFlags, ...this.ctor.flags }));
  }

  /** Asks which of several instances is meant; without a terminal an error names the flag. */
  protected chooseInstance(service: string): ChooseInstance {
    return (keys) =>
      this.prompt.choose(`${service} has several instances; which one?`, keys, { flag: '--instance NAME' });
  }

  protected async findRunning(
    opened: OpenProject,
    service: string,
    instance: string | undefined,
  ): Promise<ObservedContainer> {
    const query = { service, ...(instance === undefined ? {} : { instance }) };
    return findRunning(opened, query, (keys) =>
      this.prompt.choose(`${service} has several running instances; which one?`, keys, { flag: '--instance NAME' }),
    );
  }

  /**
   * Asks for variables without a value and offers to save the answers. Without a terminal it asks nothing and returns
   * none.
   */
  protected askForVariables(opened: OpenProject): AskForVariables {
    return async (missing) => {
      if (!this.prompt.isPossible) return {};
      const answers: Record<string, string> = {};
      for (const { name, key, reason, secret } of missing) {
        if (answers[name] === undefined)
          answers[name] = await this.prompt.ask(`${key} needs ${name} (${reason}):`, { flag: `${name}=VALUE`, secret });
      }
      if (await this.confirm(`save ${Object.keys(answers).length === 1 ? 'it' : 'them'} in host.conf?`, '--yes'))
        await saveAnswers(opened, answers);
      return answers;
    };
  }

  protected instanceRequest(target: string | undefined, flags: InstanceFlags): RunRequest {
    const switches = commandSwitches(flags);
    if (flags.group !== undefined) {
      if (target !== undefined || flags.instance !== undefined)
        throw new UserError('--group cannot be combined with a service or instance', {
          code: 'USAGE',
          suggestions: [`dockerops ${this.id ?? ''}:group=${flags.group}`],
        });
      return { target: 'group', group: flags.group, switches };
    }
    if (target === undefined || target === 'all') {
      if (flags.instance !== undefined)
        throw new UserError(`--instance ${flags.instance} needs a service`, {
          code: 'USAGE',
          suggestions: [`dockerops ${this.id ?? ''}:SERVICE,instance=${flags.instance}`],
        });
      return { target: 'all', switches };
    }
    return {
      target: 'service',
      service: target,
      ...(flags.instance === undefined ? {} : { instance: flags.instance }),
      switches,
    };
  }

  protected changeContext(): ChangeContext {
    const hooks = testHooks(process.env);
    return {
      progress: this.progress(),
      signal: this.signal,
      command: commandText(this.id ?? '', this.argv),
      warn: (text) => this.warning(text),
      confirm: (text, flag) => this.confirm(text, flag),
      ...(hooks === undefined ? {} : { hooks }),
    };
  }

  /** Makes a change with a progress display, then prints what was done. */
  protected async changes(
    what: string,
    work: (context: ChangeContext) => Promise<ChangeResult>,
    noEntries?: string,
  ): Promise<void> {
    const result = await work(this.changeContext());
    this.result(what, { ...printablePlan(result.plan), done: result.done }, (style) =>
      renderChange(result, style, noEntries),
    );
  }

  /** The same, and attaches this terminal to an interactive instance that the change has created. */
  protected async changesWithTerminal(
    what: string,
    opened: OpenProject,
    work: (context: ChangeContext) => Promise<ChangeResult>,
    noEntries?: string,
  ): Promise<void> {
    const session = new InteractiveSession(opened.engine, process);
    try {
      await this.changes(what, (context) => work(this.shared.json ? context : session.attaching(context)), noEntries);
    } catch (error) {
      session.close();
      throw error;
    }
    const end = await session.handOver();
    if (end !== undefined) this.note(renderSessionEnd(end));
  }

  /**
   * An instance without an entry in run.conf runs with defaults: on a terminal after a question, elsewhere with a
   * warning.
   */
  protected async isMeantWithDefaults(what: string, opened: OpenProject, request: RunRequest): Promise<boolean> {
    const missing = entryMissing(opened, request);
    if (missing === undefined || !this.prompt.isPossible) return true;
    return this.isMeant(what, opened, `${missing}; continue?`, '--yes');
  }

  /** Asks for a yes; a no gives the result of a command that changed nothing. */
  protected async isMeant(
    what: string,
    { owner }: OpenProject,
    text: string,
    flag: string,
    answered = false,
  ): Promise<boolean> {
    if (await this.confirm(text, flag, answered)) return true;
    this.note('nothing was changed');
    this.result(what, { ...printablePlan(emptyPlan(owner)), done: [] }, () => '');
    return false;
  }
}

/** For tests of interruptions: the process kills itself after the operation with this id. */
function testHooks(environment: NodeJS.ProcessEnv): ApplyHooks | undefined {
  const after = environment['DOCKEROPS_TEST_KILL_AFTER'];
  if (after === undefined || after === '') return undefined;
  return {
    afterOperation: async ({ id }) => {
      if (id !== after) return;
      process.kill(process.pid, 'SIGKILL');
      await new Promise(() => {});
    },
  };
}
