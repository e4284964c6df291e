import { homedir } from 'node:os';
import { join } from 'node:path';
import { definedOnly } from '../defined.ts';
import type { RunRequest } from '../model/run-request.ts';
import type { ObservedContainer } from '../model/observed-state.ts';
import { findRunning, type ChooseInstance } from '../use-cases/inspect/find-instance.ts';
import type { ProjectInvocation } from '../use-cases/invocation.ts';
import { openEngine, type OpenEngine } from '../use-cases/open-engine.ts';
import { openProject, type OpenOptions, type OpenProject } from '../use-cases/open-project.ts';
import type { InstanceFlags } from './arguments/instance-flags.ts';
import { instanceRequest } from './arguments/instance-request.ts';
import { suggestSwitch } from './arguments/suggest-switch.ts';
import { BaseCommand } from './base-command.ts';
import { problemsLine } from './render/problems-line.ts';
import type { Needs } from '../project/needed-files.ts';
import { workingDirectory } from './arguments/working-directory.ts';

/** Commands that work on a project or an engine: how they open it and find its instances. */
export abstract class ProjectCommand extends BaseCommand {
  /** How to start this program again in a child process, from a clone as from an installed package. */
  protected get program(): readonly [string, string] {
    return [process.execPath, join(this.config.root, 'bin', 'dockerops')];
  }

  /** `needs`: what the command needs of the project's files; what is wrong with the rest is told in one line. */
  protected async openProject(needs: Needs, conf?: string, options: OpenOptions = {}): Promise<OpenProject> {
    const onExposedKeys = (text: string): void => this.warning(text);
    const opened = await openProject(this.invocation(conf), { onExposedKeys, ...options, needs });
    for (const notice of opened.notices) this.note(notice);
    const { problems } = opened.project;
    if (problems.length > 0) this.warning(problemsLine(problems));
    return opened;
  }

  protected async openEngine(): Promise<OpenEngine> {
    return openEngine(this.invocation());
  }

  protected invocation(conf?: string): ProjectInvocation {
    const { host, project, projectDirectory } = this.shared;
    return {
      ...definedOnly({ name: project, projectDirectory, conf, host }),
      packageDirectory: this.config.root,
      homeDirectory: homedir(),
      workingDirectory: workingDirectory(),
      environment: process.env,
      signal: this.signal,
    };
  }

  /** Which instances the command is about. */
  protected instanceRequest(target: string | undefined, flags: InstanceFlags): RunRequest {
    return instanceRequest(this.id ?? '', target, flags);
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
    return findRunning(opened, definedOnly({ service, instance }), this.chooseInstance(service));
  }

  protected override async catch(error: Error): Promise<void> {
    await super.catch(suggestSwitch(error, this.id ?? '', this.argv, { ...this.ctor.baseFlags, ...this.ctor.flags }));
  }
}
