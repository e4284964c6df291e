import { ignoreNotFound } from '../errors.ts';
import type { ObservedImage } from '../model/observed-state.ts';
import type { ImageDetail, LabelFilter } from './engine.ts';
import type { Connection } from './connection/connection.ts';
import { call, callJson } from './connection/http.ts';
import { labelFilter, segment } from './connection/request.ts';
import { list, number, object, optional, record, text, type Shaped } from './shape.ts';

const labels = optional(record(text));

const rawImage = object({ Id: text, RepoTags: optional(list(text)), Labels: labels, Created: number });

const rawDetail = object({
  Id: text,
  RepoTags: optional(list(text)),
  Created: optional(text),
  Os: text,
  Architecture: text,
  Size: number,
  Config: optional(
    object({
      Labels: labels,
      Entrypoint: optional(list(text)),
      Cmd: optional(list(text)),
      User: optional(text),
      ExposedPorts: optional(record((value) => value)),
      OnBuild: optional(list(text)),
      Healthcheck: optional(object({ Test: optional(list(text)) })),
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
  const config = raw.Config;
  return {
    id: raw.Id,
    references: referencesOf(raw.RepoTags),
    labels: config?.Labels ?? {},
    created: Math.floor(Date.parse(raw.Created ?? '1970-01-01T00:00:00Z') / 1000),
    entrypoint: config?.Entrypoint ?? [],
    command: config?.Cmd ?? [],
    user: config?.User ?? '',
    exposedPorts: Object.keys(config?.ExposedPorts ?? {}),
    healthTest: config?.Healthcheck?.Test ?? [],
    triggers: config?.OnBuild ?? [],
    os: raw.Os,
    architecture: raw.Architecture,
    sizeBytes: raw.Size,
  };
}

/** An image without a name is listed as `<none>:<none>` by older engines. */
function referencesOf(tags: readonly string[] | undefined): readonly string[] {
  return (tags ?? []).filter((tag) => !tag.includes('<none>'));
}
