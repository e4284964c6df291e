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
import { entryMissing, type AskForVariables } from '../use-cases/run-instances.ts';
import type { ChangeContext, ChangeResult } from '../use-cases/apply-plan.ts';
import { PlanBuilder } from '../plan/plan.ts';
import { rememberConf, saveAnswers } from '../use-cases/save-answers.ts';
import type { RunRequest } from '../model/run-request.ts';
import {
  openEngine,
  openProject,
  type OpenEngine,
  type OpenProject,
  type ProjectInvocation,
} from '../use-cases/open-project.ts';
import { renderChange } from './render/change-text.ts';
import { printablePlan } from './render/plan-json.ts';

/** Commands that work on a project or an engine: how they open it, and how they tell what was changed. */
export abstract class ProjectCommand extends BaseCommand {
  /** How this very program is started, for a child that starts it again. */
  protected get program(): readonly [string, string] {
    return [process.execPath, join(this.config.root, 'bin', 'dockerops')];
  }

  protected async openProject(conf?: string, options: Parameters<typeof openProject>[1] = {}): Promise<OpenProject> {
    const opened = await openProject(this.surroundings(conf), options);
    for (const notice of opened.notices) this.note(notice);
    return opened;
  }

  /** For what changes the platform: the conf that is asked for is used until another one is, and openPlatform says so each time. */
  protected async openProjectToChange(conf: string | undefined): Promise<OpenProject> {
    const opened = await this.openProject(conf, { looks: true });
    if (conf !== undefined) await rememberConf(opened);
    return opened;
  }

  protected async openEngine(): Promise<OpenEngine> {
    return openEngine(this.surroundings());
  }

  /** Where this command was called, for what opens a project or an engine. */
  protected surroundings(conf?: string): ProjectInvocation {
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

  /** Asks which of several instances is meant; where nobody can be asked, that is an error naming the flag. */
  protected chooseInstance(service: string): ChooseInstance {
    return (keys) =>
      this.prompt.choose(`there are several instances of ${service}; which one?`, keys, { flag: '--instance NAME' });
  }

  protected async findRunning(
    opened: OpenProject,
    service: string,
    instance: string | undefined,
  ): Promise<ObservedContainer> {
    const query = { service, ...(instance === undefined ? {} : { instance }) };
    return findRunning(opened, query, (keys) =>
      this.prompt.choose(`several instances of ${service} are running; which one?`, keys, { flag: '--instance NAME' }),
    );
  }

  /** Asks for variables that nothing gives a value to, and offers to keep the answers. Without a terminal nothing is asked, and missing they stay. */
  protected askForVariables(opened: OpenProject): AskForVariables {
    return async (missing) => {
      if (!this.prompt.isPossible) return {};
      const answers: Record<string, string> = {};
      for (const { name, key, reason, secret } of missing) {
        if (answers[name] === undefined)
          answers[name] = await this.prompt.ask(`${key} needs ${name} (${reason}):`, { flag: `${name}=VALUE`, secret });
      }
      if (await this.confirm(`keep ${Object.keys(answers).length === 1 ? 'it' : 'them'} in host.conf?`, '--yes'))
        await saveAnswers(opened, answers);
      return answers;
    };
  }

  protected instanceRequest(target: string | undefined, flags: InstanceFlags): RunRequest {
    const switches = commandSwitches(flags);
    if (flags.group !== undefined) {
      if (target !== undefined || flags.instance !== undefined)
        throw new UserError('a group is given, so no service or instance can be', {
          code: 'USAGE',
          suggestions: [`dockerops ${this.id ?? ''}:group=${flags.group}`],
        });
      return { target: 'group', group: flags.group, switches };
    }
    if (target === undefined || target === 'all') {
      if (flags.instance !== undefined)
        throw new UserError(`which service is instance ${flags.instance} of?`, {
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

  /** Does a change with a display of its progress, then tells what was done. */
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

  /** The same; an interactive instance that is made gets this terminal at the end. */
  protected async changesWithTerminal(
    what: string,
    opened: OpenProject,
    work: (context: ChangeContext) => Promise<ChangeResult>,
    noEntries?: string,
  ): Promise<void> {
    const session = new InteractiveSession(opened.engine, process);
    try {
      await this.changes(what, (context) => work(this.shared.json ? context : session.joining(context)), noEntries);
    } catch (error) {
      session.close();
      throw error;
    }
    const end = await session.serve();
    if (end === undefined) return;
    this.note(
      end.state === 'left'
        ? `${end.key} goes on; a shell in it: dockerops shell:${end.what}`
        : `${end.key} ended with status ${String(end.exitCode)} and is kept; once more: dockerops rerun:${end.what}, to take it away: dockerops clean:${end.what}`,
    );
  }

  /** What run.conf does not know runs with defaults: on a terminal only if that is meant, elsewhere with a warning. */
  protected async isMeantWithDefaults(what: string, opened: OpenProject, request: RunRequest): Promise<boolean> {
    const missing = entryMissing(opened, request);
    if (missing === undefined || !this.prompt.isPossible) return true;
    return this.isMeant(what, opened, `${missing}; go on?`, '--yes');
  }

  /** Asks for a yes; a no is a change of nothing, and told as one. */
  protected async isMeant(
    what: string,
    { owner }: OpenProject,
    text: string,
    flag: string,
    answered = false,
  ): Promise<boolean> {
    if (await this.confirm(text, flag, answered)) return true;
    this.note('nothing was changed');
    this.result(what, { ...printablePlan(new PlanBuilder(owner).finish()), done: [] }, () => '');
    return false;
  }
}

/** For tests that pull the plug: the process kills itself after the operation with this id. */
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
