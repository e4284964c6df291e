import { label, ownerIn, type Labels } from '../labels.ts';
import type { ContainerRow, EngineReader } from '../engine/engine.ts';

type Named = Pick<ContainerRow, 'name' | 'labels'>;

/** Whether it has the name that dockerops gives to who has these labels. Only what somebody renamed, or copied, has not. */
export function isNamedByLabels({ name, labels }: Named): boolean {
  const { [label.service]: service, [label.instance]: instance } = labels;
  const owner = ownerIn(labels);
  if (owner === undefined || service === undefined || instance === undefined) return true;
  return name === (owner.kind === 'project' ? `${owner.name}-${service}-${instance}` : instance);
}

/**
 * `docker commit` gives an image the labels of its container, and all that somebody starts from it has them, too: they prove nothing, and
 * are taken off here. The images are asked for only where a name does not fit; one that is gone cannot prove anything either.
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

/** But for what every image on a base image says of itself. */
function withoutOurs(labels: Labels): Labels {
  return Object.fromEntries(
    Object.entries(labels).filter(([name]) => name === label.base || !name.startsWith('dockerops.')),
  );
}
