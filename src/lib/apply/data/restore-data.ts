import { Readable } from 'node:stream';
import { emptyImage } from '../../engine/archive/empty-image.ts';
import type { Engine } from '../../engine/engine.ts';
import { Interrupted, OperationFailed } from '../../errors.ts';
import type { OperationOf } from '../../plan/operation.ts';
import { openBackup } from './backup-format.ts';
import { BackupCheck } from './check-backup.ts';
import { inDirectory, staging } from './data-directory.ts';
import { directoriesTar } from './engine-archive.ts';
import { makeDataDirectory } from './private-directory.ts';
import { exchangeScript, sweepScript } from './restore-scripts.ts';
import { restoredEntries, type LeftOut } from './restored-entries.ts';
import { withHelper } from '../helper-container.ts';
import { digitsOf, helperPlace, withDirectory } from '../host-directory.ts';
import { runScript } from '../run-script.ts';
import type { Step } from '../step.ts';

const limitMs = 10 * 60_000;
/**
 * Unpacks a backup beside the data. Only when it is complete and its checksum is right, the data is moved aside and the
 * restored folders are moved into its place; interrupted before, the data is unchanged. Between the two moves, a mark
 * keeps a run from taking the folder for empty.
 */
export async function restoreData(operation: OperationOf<'restore-data'>, { context }: Step): Promise<void> {
  const { owner, directory, folders, asideSuffix, onThisMachine } = operation;
  const { engine, signal } = context;
  const sweep = (): Promise<string> => runIn(operation, sweepScript(helperPlace), folders, engine);
  await inDirectory(directory, async () => {
    await makeDataDirectory({ owner, directory, onThisMachine }, context);
    await sweep();
    try {
      await makeStaging(operation, engine);
      await unpack(operation, context);
      if (signal.aborted) throw new Interrupted();
      await runIn(operation, exchangeScript(helperPlace), [asideSuffix, ...folders], engine);
    } catch (error) {
      await sweep().catch(() => {});
      throw signal.aborted ? new Interrupted('interrupted; the data was not changed') : error;
    }
  });
}

function runIn(
  { owner, directory, images }: OperationOf<'restore-data'>,
  script: string,
  words: readonly string[],
  engine: Engine,
): Promise<string> {
  const mounts = [{ kind: 'directory', directory, target: helperPlace }] as const;
  const suffix = suffixOf(directory);
  return runScript(engine, owner, { images, script, words, mounts, network: 'none', limitMs, suffix });
}

async function makeStaging({ owner, directory }: OperationOf<'restore-data'>, engine: Engine): Promise<void> {
  const tar = await directoriesTar([{ name: staging, mode: 0o700 }]);
  await withDirectory(engine, owner, directory, (helper) => engine.putArchive(helper, helperPlace, tar));
}

function suffixOf(directory: string): string {
  return `restore-${digitsOf(directory)}`;
}

/**
 * Each folder is mounted at the root of a helper: engines refuse links that lead out of the directory in which they
 * unpack, and nothing is outside of a root.
 */
async function unpack(
  { owner, directory, folders, file, sha256, sameModes }: OperationOf<'restore-data'>,
  { engine, signal, progress }: Pick<Step['context'], 'engine' | 'signal' | 'progress'>,
): Promise<void> {
  const check = new BackupCheck();
  const leftOut: LeftOut = { special: 0, privileged: 0 };
  const passing = restoredEntries(readBackup(file, signal), { sameModes }, leftOut, check);
  const mounts = folders.map(
    (name) => ({ kind: 'directory', directory: `${directory}/${staging}/${name}`, target: `/${name}` }) as const,
  );
  await withHelper(engine, owner, suffixOf(directory), { image: emptyImage, command: ['-'], mounts }, (helper) =>
    engine.putArchive(helper, '/', Readable.from(passing, { objectMode: false })),
  );
  if (check.finish(file).sha256 !== sha256)
    throw new OperationFailed(`${file} was changed while it was read`, { code: 'DAMAGED_BACKUP' });
  for (const text of leftOutTexts(leftOut)) progress({ type: 'warning', text });
}

async function* readBackup(file: string, signal: AbortSignal): AsyncGenerator<Buffer> {
  for await (const chunk of openBackup(file) as AsyncIterable<Buffer>) {
    signal.throwIfAborted();
    yield chunk;
  }
}

function leftOutTexts({ special, privileged }: LeftOut): readonly string[] {
  const texts: string[] = [];
  if (special > 0) texts.push(`left out: ${count(special, 'device or named pipe', 'devices and named pipes')}`);
  if (privileged > 0)
    texts.push(
      `without setuid and setgid bits and capabilities: ${count(privileged, 'file', 'files')}; ` +
        'if the backup is yours, restore them with --same-modes',
    );
  return texts;
}

function count(number: number, one: string, many: string): string {
  return `${String(number)} ${number === 1 ? one : many}`;
}
