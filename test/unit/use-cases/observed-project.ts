import { FolderDigests } from '../../../src/lib/build/input-hash.ts';
import type { EngineReader } from '../../../src/lib/engine/engine.ts';
import { observeWithoutImages } from '../../../src/lib/observe/observe.ts';
import type { ObservedProject } from '../../../src/lib/use-cases/open-project.ts';
import type { Environment } from '../../../src/lib/project/find-project.ts';
import { FakeEngine } from '../../support/fake-engine.ts';
import { facts } from '../../support/specs.ts';
import { loadFiles } from '../project/project-files.ts';

/** A project called demo from files, on an engine in memory. */
export function seenPlatform(
  files: Readonly<Record<string, string>>,
  environment: Environment = {},
  engine: EngineReader = new FakeEngine(),
): ObservedProject {
  const project = loadFiles(files);
  return {
    program: () => undefined,
    newFolders: () => new FolderDigests(),
    engine,
    project,
    environment,
    client: facts.client,
    keys: { existing: () => new Set(), publicPart: async () => undefined },
    notices: [],
    baseImagesDirectory: '/package/base-image',
    observe: () => observeWithoutImages(engine),
    owner: { kind: 'project', name: 'demo', path: project.place.directory, machine: 'm1' },
  };
}
