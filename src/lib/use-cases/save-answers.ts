import { saveHostConf } from '../project/conf/save-host-conf.ts';
import type { OpenProject } from './open-project.ts';

/** Saves values of variables in the project's host.conf, so that they are not asked for again. */
export async function saveAnswers({ owner }: OpenProject, answers: Readonly<Record<string, string>>): Promise<void> {
  await saveHostConf(owner.path, answers);
}

/** Remembers the conf until a command names another one. */
export async function rememberConf({ owner, project }: OpenProject): Promise<void> {
  await saveHostConf(owner.path, { last_conf: project.conf.file });
}
