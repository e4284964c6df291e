import { posix } from 'node:path';
import { isRecord } from './compose-file.ts';
import { entrypointLines } from './convert-service.ts';
import type { ServiceContext } from './service-context.ts';

/** The folder services/<name> of an imported service. */
export type ImportedFolder = { readonly service: string } &
  /** A link to the context, relative to the project. */
  (
    | { readonly kind: 'link'; readonly context: string }
    /** Its Dockerfile has another name or stands in the compose file: a link could not give it the right one. */
    | {
        readonly kind: 'copy';
        readonly context: string;
        readonly dockerfile: { readonly file: string } | { readonly text: string };
      }
    | { readonly kind: 'new'; readonly text: string }
  );

export interface ConvertedBuild {
  readonly folder?: ImportedFolder;
  readonly image?: string;
  readonly buildArgs?: Readonly<Record<string, string>>;
}

/** Where the image of a service comes from. Undefined when it has none that could be taken; that is told. */
export function convertBuild(
  { build, image, entrypoint }: Readonly<Record<string, unknown>>,
  context: ServiceContext,
): ConvertedBuild | undefined {
  if (build !== undefined && build !== null) {
    if (entrypoint !== undefined && entrypoint !== null)
      context.lose(['entrypoint'], '"entrypoint" has no counterpart', 'put it into its Dockerfile');
    return fromBuild(isRecord(build) ? build : { context: build }, context);
  }
  if (typeof image !== 'string' || image === '') {
    context.lose([], `${context.compose} has neither "build" nor "image", and is left out`);
    return undefined;
  }
  return entrypoint === undefined || entrypoint === null ? { image } : withEntrypoint(image, entrypoint, context);
}

function withEntrypoint(image: string, entrypoint: unknown, context: ServiceContext): ConvertedBuild {
  const lines = entrypointLines(entrypoint);
  if (lines === undefined) context.lose(['entrypoint'], '"entrypoint" has a quote that is not closed');
  else context.tell(['entrypoint'], `"entrypoint" is in services/${context.service}/Dockerfile`);
  return lines === undefined
    ? { image }
    : { folder: { service: context.service, kind: 'new', text: `FROM ${image}\n${lines}` } };
}

const known = new Set(['context', 'dockerfile', 'dockerfile_inline', 'args']);

function fromBuild(build: Readonly<Record<string, unknown>>, context: ServiceContext): ConvertedBuild | undefined {
  for (const key of Object.keys(build))
    if (!known.has(key)) context.lose(['build', key], `"${key}" of a build has no counterpart`);
  const place = posix.normalize(String(build['context'] ?? '.')).replace(/(?<=.)\/$/, '');
  if (/^[a-z+]+:\/\/|^git@/.test(String(build['context']))) {
    context.lose(
      ['build', 'context'],
      `${String(build['context'])} is elsewhere; ${context.compose} is left out`,
      'get it into a folder, and import again',
    );
    return undefined;
  }
  const { service } = context;
  const inline = build['dockerfile_inline'];
  const file = posix.normalize(String(build['dockerfile'] ?? 'Dockerfile'));
  if (
    !context.hasFile(place === '.' ? '' : place) ||
    (typeof inline !== 'string' && !context.hasFile(posix.join(place, file)))
  ) {
    context.lose(
      ['build'],
      `there is no ${posix.join(place, typeof inline === 'string' ? '' : file)}; ${context.compose} is left out`,
    );
    return undefined;
  }
  const buildArgs = argumentsOf(build['args'], context);
  const args = Object.keys(buildArgs).length === 0 ? {} : { buildArgs };
  if (typeof inline !== 'string' && file === 'Dockerfile')
    return { ...args, folder: { service, kind: 'link', context: place } };
  context.tell(
    ['build'],
    `${place} is copied to services/${service}, whose Dockerfile is ${typeof inline === 'string' ? 'the one in the compose file' : file}`,
  );
  return {
    ...args,
    folder: {
      service,
      kind: 'copy',
      context: place,
      dockerfile: typeof inline === 'string' ? { text: inline } : { file },
    },
  };
}

function argumentsOf(value: unknown, context: ServiceContext): Readonly<Record<string, string>> {
  const pairs = isRecord(value)
    ? Object.entries(value)
    : Array.isArray(value)
      ? value.map((item): readonly [string, unknown] => {
          const [name = '', ...rest] = String(item).split('=');
          return [name, rest.length === 0 ? null : rest.join('=')];
        })
      : [];
  for (const [name, given] of pairs)
    if (given === null)
      context.lose(
        ['build', 'args'],
        `the build argument ${name} is taken from the environment there; it needs a value here`,
      );
  return Object.fromEntries(pairs.flatMap(([name, given]) => (given === null ? [] : [[name, String(given)] as const])));
}
