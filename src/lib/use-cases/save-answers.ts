import { saveHostConf } from '../project/conf/host-conf.ts';
import type { OpenProject } from './open-project.ts';

/** Keeps values of variables, by name, in the project's host.conf, so that nobody is asked for them again. */
export async function saveAnswers({ owner }: OpenProject, answers: Readonly<Record<string, string>>): Promise<void> {
  await saveHostConf(owner.path, answers);
}

/** The conf of this project is used until a command names another one. */
export async function rememberConf({ owner, project }: OpenProject): Promise<void> {
  await saveHostConf(owner.path, { last_conf: project.conf.file });
}
