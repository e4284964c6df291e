import type { ImageDetail } from '../engine/engine.ts';
import { definedOnly } from '../defined.ts';
import { messageOf, NotFound, OperationFailed, StalePlan } from '../errors.ts';
import { repositoryOf } from '../image-reference.ts';
import { label } from '../labels.ts';
import { imageContent } from '../model/image-content.ts';
import { type Lock, type LockedArchive, type LockedImage, lockText, suitesInHistory } from '../model/lock.ts';
import { replaceFile } from '../replace-file.ts';
import type { ImageToLock } from '../plan/operation-parts.ts';
import type { OperationOf } from '../plan/operation.ts';
import { readFileInImage } from './image-files.ts';
import { parsePackages } from './dpkg-status.ts';
import type { Step } from './step.ts';

type WriteLock = OperationOf<'write-lock'>;

/** Reads what is in the images, and writes the file when all is known. */
export async function writeLock(operation: WriteLock, step: Step): Promise<void> {
  const { file, project, conf } = operation;
  const images: Record<string, LockedImage> = {};
  for (const [service, image] of Object.entries(operation.images))
    images[service] = await lockedImage(service, image, operation, step);
  const archive = await lockedArchives(operation, step);
  try {
    await replaceFile(file, lockText({ project, conf, archive, images }), { mode: 0o644 });
  } catch (cause) {
    throw new OperationFailed(`${file} cannot be written: ${messageOf(cause)}`, {
      code: 'LOCK_FILE',
      suggestions: ['choose another place: dockerops build --lock=FILE'],
      cause,
    });
  }
}

/** The state of the archive of each operating system, as its base images tell it. */
async function lockedArchives(
  { images }: WriteLock,
  { context: { engine, progress } }: Step,
): Promise<Lock['archive']> {
  const bases = Object.values(images).flatMap(({ base }) => base ?? []);
  const archives: Record<string, LockedArchive> = {};
  for (const [os, each] of Map.groupBy(bases, (base) => base.os)) {
    const histories = [...new Set(each.map(({ reference }) => reference))]
      .sort()
      .map((base) => engine.imageHistory(base));
    const suites = (await Promise.all(histories)).map(suitesInHistory).find(({ length }) => length > 0);
    if (suites === undefined) progress({ type: 'warning', text: withoutArchive(os) });
    else archives[os] = { suites };
  }
  return archives;
}

function withoutArchive(os: string): string {
  return (
    `the base images of ${os} do not tell which state of the package archive they are from, so the lock has none; ` +
    'to make them anew: dockerops init --no-cache'
  );
}

async function lockedImage(
  service: string,
  { reference, inputHash, base }: ImageToLock,
  { owner }: WriteLock,
  { context }: Step,
): Promise<LockedImage> {
  const { engine } = context;
  const detail = await findImage(reference, inputHash, context);
  const { os, architecture, labels, id } = detail;
  const isOnBase = labels[label.base] !== undefined;
  const status = isOnBase ? await readFileInImage(engine, owner, { image: id, path: dpkgStatus, name: service }) : '';
  return {
    reference,
    platform: `${os}/${architecture}`,
    content: contentOf(detail, reference),
    ...definedOnly({
      inputHash,
      base: base && {
        os: base.os,
        content: contentOf(await findImage(base.reference, undefined, context), base.reference),
      },
      packages: isOnBase ? parsePackages(status) : undefined,
      digest: inputHash === undefined ? digestOf(detail, reference) : undefined,
    }),
  };
}

const dpkgStatus = '/var/lib/dpkg/status';

async function findImage(
  reference: string,
  inputHash: string | undefined,
  { engine }: Step['context'],
): Promise<ImageDetail> {
  const detail = await engine.findImage(reference);
  if (detail === undefined) throw new NotFound(`image ${reference} is not there`, { code: 'NOT_FOUND' });
  if (inputHash !== undefined && detail.labels[label.sourceHash] !== inputHash)
    throw new StalePlan(`image ${reference} was built anew meanwhile`, { code: 'STALE_PLAN' });
  return detail;
}

function contentOf(detail: ImageDetail, reference: string): string {
  const content = imageContent(detail);
  if (content !== undefined) return content;
  throw new OperationFailed(`the engine does not have what image ${reference} is made of, so it cannot be locked`, {
    code: 'NO_CONTENT',
    suggestions: [`see what it says of its layers: docker image inspect ${reference}`],
  });
}

/** `sha256:…` of `nginx@sha256:…`: one image may have several, each of a registry. */
function digestOf({ digests }: ImageDetail, reference: string): string | undefined {
  const name = repositoryOf(reference);
  return digests.find((digest) => repositoryOf(digest) === name)?.replace(/^.*@/, '');
}
