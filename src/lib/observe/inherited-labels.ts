import { label, ownerIn, type Labels } from '../labels.ts';
import type { ContainerRow, EngineReader } from '../engine/engine.ts';

type Named = Pick<ContainerRow, 'name' | 'labels'>;

/** Whether a container has the name that dockerops gives with these labels. Renamed and copied containers do not. */
export function isNamedByLabels({ name, labels }: Named): boolean {
  const { [label.service]: service, [label.instance]: instance } = labels;
  const owner = ownerIn(labels);
  if (owner === undefined || service === undefined || instance === undefined) return true;
  return name === (owner.kind === 'project' ? `${owner.name}-${service}-${instance}` : instance);
}

/**
 * Removes our labels from containers that have them from their image: `docker commit` gives an image the labels of its
 * container, so there they prove nothing. Only where a name does not match the labels, the image is inspected; where it
 * is gone, the labels are removed, too.
 */
export async function withoutInherited(
  engine: Pick<EngineReader, 'findImage'>,
  rows: readonly ContainerRow[],
): Promise<readonly ContainerRow[]> {
  const doubtful = new Set(rows.filter((row) => row.labels[label.spec] !== undefined && !isNamedByLabels(row)));
  if (doubtful.size === 0) return rows;
  const ids = [...new Set([...doubtful].map(({ imageId }) => imageId))];
  const labels = new Map(await Promise.all(ids.map(async (id) => [id, (await engine.findImage(id))?.labels] as const)));
  return rows.map((row) =>
    doubtful.has(row) && isInherited(row, labels.get(row.imageId)) ? { ...row, labels: withoutOurs(row.labels) } : row,
  );
}

function isInherited({ labels }: Named, image: Labels | undefined): boolean {
  return image === undefined || (image[label.kind] !== undefined && image[label.spec] === labels[label.spec]);
}

/** Keeps the label of the base image, which every image that is built on one has. */
function withoutOurs(labels: Labels): Labels {
  return Object.fromEntries(
    Object.entries(labels).filter(([name]) => name === label.base || !name.startsWith('dockerops.')),
  );
}
