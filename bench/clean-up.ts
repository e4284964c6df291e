import { setTimeout } from 'node:timers/promises';
import { callEngine, filters, inPool, imageLabel, listContainers, prefix, type ImageRow } from './engine-api.ts';

/** Removes everything on the engine that carries the bench's prefix, also what an earlier, killed bench left. */
export async function cleanUp(): Promise<void> {
  await removeContainers();
  const networks = await callEngine<{ Id: string; Name: string }[]>('GET', `/networks?${filters({ name: [prefix] })}`);
  const ours = [prefix, `dockerops-${prefix}`];
  for (const { Id, Name } of networks) if (ours.some((start) => Name.startsWith(start))) await callEngine('DELETE', `/networks/${Id}`);
  const { Volumes } = await callEngine<{ Volumes: { Name: string }[] | null }>('GET', `/volumes?${filters({ name: [prefix] })}`);
  for (const { Name } of Volumes ?? []) if (Name.startsWith(prefix)) await callEngine('DELETE', `/volumes/${Name}`);
  await removeImages();
}

/** A tool that was just killed may have an order on its way: look again until nothing is left. */
async function removeContainers(): Promise<void> {
  for (let look = 0; look < 5; look += 1) {
    const left = await listContainers();
    if (left.length === 0) return;
    await inPool(left, 4, ({ Id }) => callEngine('DELETE', `/containers/${Id}?force=1&v=1`).catch(() => setTimeout(200)));
  }
}

async function removeImages(): Promise<void> {
  const images = await callEngine<ImageRow[]>('GET', '/images/json');
  const tags = images.flatMap((image) => image.RepoTags ?? []).filter((tag) => tag.startsWith(prefix));
  for (const tag of tags) await callEngine('DELETE', `/images/${encodeURIComponent(tag)}`);
  await callEngine('POST', `/images/prune?${filters({ dangling: ['true'], label: [imageLabel] })}`);
}
