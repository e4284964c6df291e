import { posix } from 'node:path';
import { definedOnly } from '../../defined.ts';
import { splitWords } from '../../shell-words.ts';
import { isRecord, type YamlMap } from './compose-file.ts';
import type { ServiceContext } from './service-context.ts';
import { asList, parseAssignment, textOf } from './yaml-values.ts';

/** The folder services/<name> of an imported service. */
export type ImportedFolder = { readonly service: string } & (
  | { readonly kind: 'link'; readonly context: string } // a link to the build context, relative to the project
  | { readonly kind: 'copy'; readonly context: string; readonly dockerfile: ImportedDockerfile }
  | { readonly kind: 'new'; readonly text: string } // has a Dockerfile with this text and nothing else
);
/** A Dockerfile of another name, or one inside the compose file: with a link it could not be called Dockerfile. */
type ImportedDockerfile = { readonly file: string } | { readonly text: string };

export interface ConvertedBuild {
  readonly folder?: ImportedFolder;
  readonly image?: string;
  readonly buildArgs?: Readonly<Record<string, string>>;
  readonly target?: string;
}

/** Where the image of a service comes from; undefined, and reported, when it has none that can be used. */
export function convertBuild(
  { build, image, entrypoint }: YamlMap,
  context: ServiceContext,
): ConvertedBuild | undefined {
  if (isGiven(build)) {
    if (isGiven(entrypoint))
      context.drop(['entrypoint'], '"entrypoint" is not supported', 'write it in its Dockerfile');
    return fromBuild(isRecord(build) ? build : { context: build }, context);
  }
  if (typeof image !== 'string' || image === '') {
    context.drop([], 'the service has neither "build" nor "image", so it is left out');
    return undefined;
  }
  return isGiven(entrypoint) ? withEntrypoint(image, entrypoint, context) : { image };
}

function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null;
}

/** run.conf has no key for an entrypoint, so the image gets a Dockerfile with one. */
function withEntrypoint(image: string, entrypoint: unknown, context: ServiceContext): ConvertedBuild {
  const { service } = context;
  const words = Array.isArray(entrypoint) ? entrypoint.map(textOf) : splitWords(textOf(entrypoint));
  if (words === undefined) {
    context.drop(['entrypoint'], '"entrypoint" has a quote that is not closed');
    return { image };
  }
  context.convert(['entrypoint'], `"entrypoint" is now in services/${service}/Dockerfile`);
  return { folder: { service, kind: 'new', text: `FROM ${image}\nENTRYPOINT ${JSON.stringify(words)}\n` } };
}

const known = new Set(['context', 'dockerfile', 'dockerfile_inline', 'args', 'target']);

function fromBuild(build: YamlMap, context: ServiceContext): ConvertedBuild | undefined {
  for (const key of Object.keys(build))
    if (!known.has(key)) context.drop(['build', key], `"${key}" of a build is not supported`);
  const folder = buildFolder(build, context);
  if (folder === undefined) return undefined;
  const target = isGiven(build['target']) ? textOf(build['target']) : undefined;
  return definedOnly({ folder, buildArgs: buildArgs(build['args'], context), target });
}

function buildFolder(build: YamlMap, context: ServiceContext): ImportedFolder | undefined {
  const folder = localFolder(textOf(build['context'] ?? '.'), context);
  if (folder === undefined) return undefined;
  const inline = build['dockerfile_inline'];
  const file = typeof inline === 'string' ? undefined : posix.normalize(textOf(build['dockerfile'] ?? 'Dockerfile'));
  const missing = missingPath(folder, file, context);
  if (missing !== undefined) {
    context.drop(['build'], `${missing} does not exist, so the service is left out`);
    return undefined;
  }
  const { service } = context;
  // No link may lead out of the project.
  const isInProject = !/^(?:\.\.(?:\/|$)|\/)/.test(folder);
  if (file === 'Dockerfile' && isInProject) return { service, kind: 'link', context: folder };
  const dockerfile = file === undefined ? 'that of the compose file' : file;
  context.convert(['build'], `${folder} is copied to services/${service}; its Dockerfile is ${dockerfile}`);
  return {
    service,
    kind: 'copy',
    context: folder,
    dockerfile: file === undefined ? { text: textOf(inline) } : { file },
  };
}

function localFolder(path: string, context: ServiceContext): string | undefined {
  if (!/^[a-z+]+:\/\/|^git@/.test(path)) return posix.normalize(path).replace(/(?<=.)\/$/, '');
  context.drop(
    ['build', 'context'],
    `the build context ${path} is not a local folder, so the service is left out`,
    'clone it into a folder, and import again',
  );
  return undefined;
}

function missingPath(folder: string, file: string | undefined, { hasFile }: ServiceContext): string | undefined {
  if (!hasFile(folder === '.' ? '' : folder)) return folder;
  return file === undefined || hasFile(posix.join(folder, file)) ? undefined : posix.join(folder, file);
}

/** `args` as a map, or as a list of `NAME=value`; undefined when there are none. */
function buildArgs(value: unknown, context: ServiceContext): ConvertedBuild['buildArgs'] {
  const pairs = isRecord(value)
    ? Object.entries(value).map(([name, text]) => [name, isGiven(text) ? textOf(text) : undefined] as const)
    : (value === undefined ? [] : asList(value)).map(parseAssignment);
  for (const [name, text] of pairs)
    if (text === undefined)
      context.drop(
        ['build', 'args'],
        `the build argument ${name} has no value; Compose would take it from the environment`,
        `give it one in "build_args"`,
      );
  const given = pairs.filter((pair): pair is readonly [string, string] => pair[1] !== undefined);
  return given.length === 0 ? undefined : Object.fromEntries(given);
}
