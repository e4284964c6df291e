import { definedOnly } from '../defined.ts';
import { ignoreNotFound } from '../errors.ts';
import type { ImageParts } from '../model/image-content.ts';
import type { ObservedImage } from '../model/observed-state.ts';
import type { ImageDetail, LabelFilter } from './engine.ts';
import type { Connection } from './connection/connection.ts';
import { call, callJson } from './connection/http.ts';
import { labelFilter, segment } from './connection/request.ts';
import { list, number, object, optional, record, text, type Shaped } from './shape.ts';

const labels = optional(record(text));

const rawImage = object({ Id: text, RepoTags: optional(list(text)), Labels: labels, Created: number });

const healthcheck = object({
  Test: optional(list(text)),
  Interval: optional(number),
  Timeout: optional(number),
  StartPeriod: optional(number),
  StartInterval: optional(number),
  Retries: optional(number),
});

const rawDetail = object({
  Id: text,
  RepoTags: optional(list(text)),
  RepoDigests: optional(list(text)),
  Created: optional(text),
  Os: text,
  Architecture: text,
  Size: number,
  RootFS: optional(object({ Layers: optional(list(text)) })),
  Config: optional(
    object({
      Labels: labels,
      Entrypoint: optional(list(text)),
      Cmd: optional(list(text)),
      Env: optional(list(text)),
      WorkingDir: optional(text),
      Volumes: optional(record((value) => value)),
      StopSignal: optional(text),
      User: optional(text),
      ExposedPorts: optional(record((value) => value)),
      OnBuild: optional(list(text)),
      Healthcheck: optional(healthcheck),
    }),
  ),
});

export async function listImages(connection: Connection, labels?: LabelFilter): Promise<readonly ObservedImage[]> {
  const rows = await callJson(connection, list(rawImage), {
    step: 'list images',
    method: 'GET',
    path: '/images/json',
    query: { filters: labelFilter(labels) },
  });
  return rows.map((raw) => ({
    id: raw.Id,
    references: referencesOf(raw.RepoTags),
    labels: raw.Labels ?? {},
    created: raw.Created,
  }));
}

export async function findImage(connection: Connection, reference: string): Promise<ImageDetail | undefined> {
  const raw = await callJson(connection, rawDetail, {
    step: `inspect image ${reference}`,
    method: 'GET',
    path: `/images/${segment(reference)}/json`,
  }).catch(ignoreNotFound);
  return raw === undefined ? undefined : toDetail(raw);
}

const rawHistory = list(object({ CreatedBy: text }));

export async function imageHistory(connection: Connection, reference: string): Promise<readonly string[]> {
  const layers = await callJson(connection, rawHistory, {
    step: `read the history of image ${reference}`,
    method: 'GET',
    path: `/images/${segment(reference)}/history`,
  });
  return layers.map(({ CreatedBy }) => CreatedBy);
}

export async function removeImage(connection: Connection, reference: string): Promise<void> {
  await call(connection, {
    step: `remove image ${reference}`,
    method: 'DELETE',
    path: `/images/${segment(reference)}`,
  });
}

/** `host:5000/a/b:c` -> `host:5000/a/b` and `c`; a digest stays with the name. */
export function splitReference(reference: string): { readonly name: string; readonly tag: string } {
  const colon = reference.lastIndexOf(':');
  if (reference.includes('@') || colon <= reference.lastIndexOf('/'))
    return { name: reference, tag: reference.includes('@') ? '' : 'latest' };
  return { name: reference.slice(0, colon), tag: reference.slice(colon + 1) };
}

function toDetail(raw: Shaped<typeof rawDetail>): ImageDetail {
  return {
    id: raw.Id,
    references: referencesOf(raw.RepoTags),
    digests: raw.RepoDigests ?? [],
    created: Math.floor(Date.parse(raw.Created ?? '1970-01-01T00:00:00Z') / 1000),
    os: raw.Os,
    architecture: raw.Architecture,
    layers: raw.RootFS?.Layers ?? [],
    sizeBytes: raw.Size,
    ...configOf(raw.Config),
  };
}

function configOf(
  config: Shaped<typeof rawDetail>['Config'],
): Omit<ImageParts, 'os' | 'architecture' | 'layers'> & Pick<ImageDetail, 'triggers'> {
  const { Test: healthTest = [], ...healthNumbers } = config?.Healthcheck ?? {};
  return {
    labels: config?.Labels ?? {},
    entrypoint: config?.Entrypoint ?? [],
    command: config?.Cmd ?? [],
    environment: config?.Env ?? [],
    user: config?.User ?? '',
    workingDirectory: config?.WorkingDir ?? '',
    exposedPorts: Object.keys(config?.ExposedPorts ?? {}),
    volumes: Object.keys(config?.Volumes ?? {}),
    stopSignal: config?.StopSignal ?? '',
    healthTest,
    healthNumbers: definedOnly(healthNumbers),
    triggers: config?.OnBuild ?? [],
  };
}

/** An image without a name is listed as `<none>:<none>` by older engines. */
function referencesOf(tags: readonly string[] | undefined): readonly string[] {
  return (tags ?? []).filter((tag) => !tag.includes('<none>'));
}
