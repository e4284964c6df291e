import { existsSync } from 'node:fs';
import { readdir, rename } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { messageOf, type Problem } from '../errors.ts';
import type { ProjectPlace } from '../project/find-project.ts';
import { quoteWords } from '../shell-words.ts';

export interface FormerFolders {
  readonly moved: readonly Problem[];
  readonly left: readonly Problem[];
}

/** Gives the folders of data the names that instances look for: data_<project>/<service>_<instance>. */
export async function adoptFormerData(place: ProjectPlace, services: readonly string[]): Promise<FormerFolders> {
  const { dataDirectory } = place;
  const results = [await adoptDirectory(place)];
  const entries = await readdir(dataDirectory, { withFileTypes: true }).catch(() => []);
  for (const { name } of entries.filter((entry) => entry.isDirectory())) {
    const now = currentName(name, services);
    if (now !== undefined) results.push(await moveFolder(join(dataDirectory, name), join(dataDirectory, now)));
  }
  return { moved: results.flatMap(({ moved }) => moved), left: results.flatMap(({ left }) => left) };
}

function currentName(folder: string, services: readonly string[]): string | undefined {
  const name = folder.replace(/^reyns-(base|dns)-/, 'dockerops-$1-');
  const [service] = [...services, 'dockerops-base', 'dockerops-dns']
    .filter((each) => name.startsWith(`${each}-`))
    .sort((a, b) => b.length - a.length);
  return service === undefined ? undefined : `${service}_${name.slice(service.length + 1)}`;
}

/** Without PROJECT_NAME, the project's name was that of the tool. */
async function adoptDirectory({ directory, dataDirectory }: ProjectPlace): Promise<FormerFolders> {
  const former = ['data_reyns', 'data_dockerops'].map((name) => join(directory, name)).find((path) => existsSync(path));
  return former === undefined || former === dataDirectory ? { moved: [], left: [] } : move(former, dataDirectory);
}

async function moveFolder(from: string, to: string): Promise<FormerFolders> {
  if (!existsSync(join(from, 'persistent.img'))) return move(from, to);
  const message = 'its data is in an image of a file system, persistent.img, of which no instance is made';
  const suggestion = 'mount it and copy the files, as docs/from-dockerops.md says';
  return { moved: [], left: [{ where: from, message, suggestion }] };
}

async function move(from: string, to: string): Promise<FormerFolders> {
  if (existsSync(to)) return { moved: [], left: [{ where: from, message: `was left, as there is ${basename(to)}` }] };
  try {
    await rename(from, to);
    return { moved: [{ where: from, message: `is ${basename(to)} now` }], left: [] };
  } catch (error) {
    const suggestion = quoteWords(['sudo', 'mv', from, to]);
    return { moved: [], left: [{ where: from, message: `was not moved: ${messageOf(error)}`, suggestion }] };
  }
}
