import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { UserError, type Problem } from '../../errors.ts';
import { type Lock, lockFileName, lockVersion } from '../../model/lock.ts';
import { readProjectFile } from '../read-project-file.ts';
import { placeOfKey, placeOfPath, valueOf } from './conf-node.ts';
import { type ConfText, parseConfText } from './conf-text.ts';

/** Path of the lock of a project, whether or not there is one. */
export function lockPath({ directory }: { readonly directory: string }): string {
  return join(directory, lockFileName);
}

export function hasLock(place: { readonly directory: string }): boolean {
  return existsSync(lockPath(place));
}

export function noLock({ directory }: { readonly directory: string }): UserError {
  return new UserError(`there is no ${lockFileName} in ${directory}`, {
    code: 'NO_LOCK',
    suggestions: ['write it where the images are built: dockerops build all --lock'],
  });
}

/** What the project has: to see which entries of a lock are still about something. */
interface Known {
  readonly directory: string;
  /** Absent: not asked. */
  readonly services?: ReadonlySet<string>;
  /** Name of the conf in use. */
  readonly conf: string;
}

/** Reads the lock of a project. Throws a UserError with every mistake and its line. */
export function loadLock(known: Known): Lock {
  const path = lockPath(known);
  const conf = parseConfText(lockFileName, readProjectFile(path, [known.directory]));
  const problems = conf.problems.length > 0 ? conf.problems : problemsOf(conf, known);
  if (problems.length === 0 && conf.root !== undefined) {
    const lock = valueOf(conf.root) as Lock;
    return { ...lock, archive: (lock as Partial<Lock>).archive ?? {} };
  }
  throw new UserError(`${lockFileName} cannot be used`, {
    code: 'INVALID_LOCK',
    problems,
    suggestions: ['write it again: dockerops build all --lock', 'or run without it: --no-locked'],
  });
}

function problemsOf(conf: ConfText, known: Known): readonly Problem[] {
  const lock = conf.root === undefined ? undefined : valueOf(conf.root);
  if (!isObject(lock)) return [{ where: `${conf.file}:1:1`, message: 'is not a JSON object' }];
  const version = 'lock' in lock ? JSON.stringify(lock['lock']) : 'missing';
  if (lock['lock'] !== lockVersion)
    return [
      {
        where: placeOfKey(conf, [], 'lock'),
        message: `"lock" is ${version}; this version reads ${lockVersion}`,
      },
    ];
  const { images, archive, conf: lockedConf } = lock;
  if (!isArchive(archive ?? {}))
    return [{ where: placeOfKey(conf, [], 'archive'), message: '"archive" is not as it is written' }];
  if (!isObject(images)) return [{ where: placeOfKey(conf, [], 'images'), message: '"images" must be an object' }];
  return Object.entries(images).flatMap(([service, image]) => [
    ...imageProblems(service, image, conf),
    ...(isGone(service, image, lockedConf === known.conf, known)
      ? [{ where: placeOfKey(conf, ['images'], service), message: `service "${service}" is not in this project` }]
      : []),
  ]);
}

const members: Readonly<Record<string, RegExp>> = {
  content: /^sha256:[0-9a-f]{64}$/,
  platform: /^[^/]+\/[^/]+$/,
  reference: /./,
};

function imageProblems(service: string, image: unknown, conf: ConfText): readonly Problem[] {
  if (!isObject(image)) return [{ where: placeOfKey(conf, ['images'], service), message: 'must be an object' }];
  const isWrong = ([name, pattern]: readonly [string, RegExp]): boolean => {
    const value = image[name];
    return typeof value !== 'string' || !pattern.test(value);
  };
  const wrong = Object.entries(members)
    .filter(isWrong)
    .map(([name]) => name);
  const { inputHash } = image;
  if (inputHash !== undefined && typeof inputHash !== 'string') wrong.push('inputHash');
  return wrong.map((name) => ({
    where: name in image ? placeOfKey(conf, ['images', service], name) : placeOfPath(conf, ['images', service]),
    message: name in image ? `"${name}" of ${service} has no such value` : `${service} has no "${name}"`,
  }));
}

/** Another conf may name other images of registries. */
function isGone(service: string, image: unknown, isSameConf: boolean, { services }: Known): boolean {
  if (services?.has(service) !== false) return false;
  return isSameConf || (isObject(image) && image['inputHash'] !== undefined);
}

function isArchive(archive: unknown): boolean {
  const isSuite = (suite: unknown): boolean =>
    isObject(suite) && ['name', 'date', 'sha256'].every((name) => typeof suite[name] === 'string');
  const isOfOs = (each: unknown): boolean =>
    isObject(each) && Array.isArray(each['suites']) && each['suites'].every(isSuite);
  return isObject(archive) && Object.values(archive).every(isOfOs);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
