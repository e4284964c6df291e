import { Readable } from 'node:stream';
import { emptyImage } from '../../engine/archive/empty-image.ts';
import { Interrupted, OperationFailed } from '../../errors.ts';
import type { OperationOf } from '../../plan/operation.ts';
import { openBackup } from './backup-format.ts';
import { BackupCheck } from './check-backup.ts';
import { about, directoriesTar, marked, markName, staging } from './data-directory.ts';
import { makeDataDirectory } from './private-directory.ts';
import { restoredEntries, type LeftOut } from './restored-entries.ts';
import { withHelper } from '../helper-container.ts';
import { digitsOf, helperPlace, withDirectory } from '../host-directory.ts';
import { runScript } from '../run-script.ts';
import type { Step } from '../step.ts';

const limitMs = 10 * 60_000;
/**
 * Words: the folders. Takes away what a restore had unpacked. One that was killed leaves its mark: a folder that is
 * there is whole, and as before when its other is still unpacked beside it.
 */
export function sweepScript(place: string): string {
  const mark = markName('$folder');
  return `cd '${place}' || exit 1
for folder; do
  word=
  if [ -e "${mark}" ]; then read -r word rest < "${mark}"; fi
  if [ "$word" = restoring: ] && [ -e "$folder" ]; then
    rm -f "${mark}"
    if [ -e "${staging}/$folder" ] && [ -e "${staging}/${mark}" ]; then mv "${staging}/${mark}" "${mark}"; fi
  fi
done
rm -rf ${staging}
`;
}

/**
 * Words: the suffix for what is moved aside, then the folders. What can be known to fail is found before the first
 * move, a full disk by writing the marks; what fails all the same is put back, all of it.
 */
export function exchangeScript(place: string): string {
  const mark = markName('$folder');
  return `set -e
RESTORING='${marked('restoring')}' COMPLETE='${marked('complete')}'
cd '${place}'
suffix=$1; shift
refuse() { echo "$1" >&2; exit 1; }
undo() {
  for folder; do
    if [ ! -e "${staging}/$folder" ]; then mv "$folder" "${staging}/$folder"; fi
    if [ -e "$folder$suffix" ]; then mv "$folder$suffix" "$folder"; fi
  done
  unmark "$@"
}
unmark() {
  for folder; do
    if [ -e "${staging}/$folder" ] && [ ! -e "$folder$suffix" ]; then
      rm -f "${mark}"
      if [ -e "${staging}/${mark}" ]; then mv "${staging}/${mark}" "${mark}"; fi
    elif [ -e "$folder" ]; then rm -f "${mark}"; fi
  done
}
for folder; do
  [ -d "${staging}/$folder" ] || refuse "the backup has no folder $folder"
  [ ! -e "$folder$suffix" ] || refuse "$folder$suffix is there already"
done
for folder; do
  { [ ! -e "${mark}" ] || mv "${mark}" "${staging}/${mark}"; } && printf '%s' "$RESTORING" > "${mark}" || { unmark "$@"; exit 1; }
done
for folder; do
  { [ ! -e "$folder" ] || mv "$folder" "$folder$suffix"; } && mv "${staging}/$folder" "$folder" || { undo "$@"; exit 1; }
done
for folder; do printf '%s' "$COMPLETE" > "${mark}"; done
rm -rf ${staging}
sync
`;
}

/**
 * Unpacks a backup beside the data, and only when all of it is there and agrees with its checksum changes the places:
 * what was there is moved aside. Interrupted before that, the data is what it was; between the two moves, a mark keeps
 * a run from taking the place for empty.
 */
export async function restoreData(operation: OperationOf<'restore-data'>, { context }: Step): Promise<void> {
  const { owner, directory, folders, images, asideSuffix, onThisMachine } = operation;
  const { engine, signal } = context;
  const run = (script: string, words: readonly string[]): Promise<string> =>
    runScript(engine, owner, {
      images,
      script,
      words,
      mounts: [{ kind: 'directory', directory, target: helperPlace }],
      network: 'none',
      limitMs,
      suffix: suffixOf(directory),
    });
  await about(
    directory,
    (async () => {
      await makeDataDirectory({ owner, directory, onThisMachine }, context);
      await run(sweepScript(helperPlace), folders);
      try {
        await withDirectory(engine, owner, directory, async (helper) =>
          engine.putArchive(helper, helperPlace, await directoriesTar([{ name: staging, mode: 0o700 }])),
        );
        await unpack(operation, context);
        if (signal.aborted) throw new Interrupted();
        await run(exchangeScript(helperPlace), [asideSuffix, ...folders]);
      } catch (error) {
        await run(sweepScript(helperPlace), folders).catch(() => {});
        throw signal.aborted ? new Interrupted('interrupted; the data is what it was') : error;
      }
    })(),
  );
}

function suffixOf(directory: string): string {
  return `restore-${digitsOf(directory)}`;
}

/**
 * Each folder at the root of the helper, as engines refuse links that lead out of where they unpack: there is no way
 * out of a root.
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
  return [
    ...(special === 0 ? [] : [`left out: ${count(special, 'device or named pipe', 'devices and named pipes')}`]),
    ...(privileged === 0
      ? []
      : [
          `without setuid and setgid bits and capabilities: ${count(privileged, 'file', 'files')}; if the backup is yours, restore them with --same-modes`,
        ]),
  ];
}

function count(number: number, one: string, many: string): string {
  return `${String(number)} ${number === 1 ? one : many}`;
}
