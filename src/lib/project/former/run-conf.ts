import type { Problem } from '../../errors.ts';
import type { ConvertedText } from './dockerfile.ts';

/** A run conf of DockerOps or Reyns. Changes the text only where it must, so that comments and layout stay. */
export function convertRunConf(file: string, text: string): ConvertedText {
  const named = text
    .replaceAll(/"(?:reyns|dockerops)-(base|dns)(?:-(?:ubuntu_?|centos)[\d.]+)?(?=["-])/g, '"dockerops-$1')
    .replaceAll(/"(?:reyns|dockerops)-common-(?:ubuntu_?|centos)[\d.]+(?=["-])/g, '"dockerops-common-debian12');
  const places = (pattern: RegExp): readonly string[] =>
    [...named.matchAll(pattern)].map(({ index }) => `${file}:${String(named.slice(0, index).split('\n').length)}:1`);
  const remarks = (pattern: RegExp, message: string, suggestion: string): readonly Problem[] =>
    places(pattern).map((where) => ({ where, message, suggestion }));
  return {
    text: named.replaceAll(/,\s*"safe_persistency"\s*:\s*(true|false)|"safe_persistency"\s*:\s*(true|false)\s*,?/g, ''),
    converted:
      named === text ? [] : [{ where: file, message: 'base services have the names dockerops-base and dockerops-dns' }],
    dropped: [
      ...remarks(
        /"safe_persistency"\s*:\s*true/g,
        'safe_persistency kept data in an image of a file system, persistent.img',
        'its files are needed in a folder: mount the image and copy them, as docs/from-dockerops.md says',
      ),
      ...remarks(
        /\$TEMP_VOLUME/g,
        '$TEMP_VOLUME was a volume for this instance alone',
        'leave it out: what is not kept is in the container; or use "tmpfs"',
      ),
      ...remarks(/"extra_args"/g, 'extra_args were options of docker run', 'write the keys that say the same'),
    ],
  };
}

/** The conf that was the default is remembered by no name now. */
export function convertHostConf(text: string): string {
  try {
    const values = JSON.parse(text) as Record<string, unknown>;
    const { last_conf: last, ...others } = values;
    if (last !== null && last !== 'default' && last !== 'default.conf') return text;
    return `${JSON.stringify(others, undefined, 2)}\n`;
  } catch {
    return text;
  }
}
