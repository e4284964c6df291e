import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { osIds } from '../build/base-images/os-table.ts';
import { definedOnly } from '../defined.ts';
import { messageOf, UserError } from '../errors.ts';
import { exportCompose, type ComposeExport } from '../project/compose/export-compose.ts';
import { noRunConf } from '../project/conf/load-run-conf.ts';
import { loadProject } from '../project/load-project.ts';
import { findPlace, type ProjectInvocation } from './invocation.ts';

/** The project as a compose file, also written to a new file if one is named. Needs no engine. */
export async function exportProject(invocation: ProjectInvocation, file: string | undefined): Promise<ComposeExport> {
  const place = findPlace(invocation);
  const project = loadProject({ place, osIds, ...definedOnly({ conf: invocation.conf }) });
  if (project.confPath === undefined) throw noRunConf(place);
  const exported = exportCompose(project);
  if (file !== undefined) await writeNew(resolve(file), exported.text);
  return exported;
}

async function writeNew(path: string, text: string): Promise<void> {
  try {
    await writeFile(path, text, { flag: 'wx' });
  } catch (cause) {
    const isThere = (cause as NodeJS.ErrnoException).code === 'EEXIST';
    throw new UserError(isThere ? `${path} already exists` : `${path} cannot be written: ${messageOf(cause)}`, {
      code: 'EXPORT_FILE',
      suggestions: ['name another file with --output'],
      cause,
    });
  }
}
