import { createHash } from 'node:crypto';
import type { LayerFile } from './layer-files.ts';
import { archiveArchitecture, type OsId, osTable } from './os-table.ts';

/** What an OS tree is made from. */
export interface OsTree {
  readonly os: OsId;
  readonly arch: string;
  readonly packages: readonly string[];
  readonly customise: string;
  /** Python sources of the layers above it: the tree gets what they compile to, not them. */
  readonly python: readonly LayerFile[];
  /** Lines of apt sources; none: mmdebstrap's default. */
  readonly mirrors: readonly string[];
}

/** Documentation and translations are two thirds of a package's files; licences stay. */
const leftOut = [
  '/usr/share/man/*',
  '/usr/share/doc/*',
  '/usr/share/locale/*',
  '/usr/share/info/*',
  '/usr/share/lintian/*',
];
const kept = ['/usr/share/doc/*/copyright'];

/** The arguments of mmdebstrap that write the OS tree as a tar to standard output. */
export function bootstrapSteps(tree: OsTree): string[] {
  return [
    '--mode=root',
    '--variant=apt',
    '--format=tar',
    `--architectures=${archiveArchitecture(tree.arch)}`,
    // With usr-is-merged instead of usrmerge, which would bring 49 MB of perl.
    '--hook-dir=/usr/share/mmdebstrap/hooks/merged-usr',
    `--include=${['usr-is-merged', ...tree.packages].join(',')}`,
    ...leftOut.map((path) => `--dpkgopt=path-exclude=${path}`),
    ...kept.map((path) => `--dpkgopt=path-include=${path}`),
    // Containers get a /dev of their own; an engine in a user namespace could not make the nodes.
    '--skip=output/dev',
    `--customize-hook=${tree.customise}`,
    osTable[tree.os].suite,
    '-',
    ...tree.mirrors,
  ];
}

/** Equal for trees that come out equal, but for what the archive has now. */
export function treeKey(tree: OsTree): string {
  const python = tree.python.map(({ path, content }) => [path, createHash('sha256').update(content).digest('hex')]);
  return createHash('sha256')
    .update(JSON.stringify([bootstrapSteps(tree), python]))
    .digest('hex')
    .slice(0, 16);
}
