import { setTimeout } from 'node:timers/promises';
import { callEngine, filters, inPool, imageLabel, listContainers, prefix, type ImageRow } from './engine-api.ts';

/** Removes everything on the engine whose name begins with the prefix, also what a killed bench left behind. */
export async function cleanUp(of = prefix): Promise<void> {
  await removeContainers(of);
  const isMeant = ({ Name }: { readonly Name: string }): boolean =>
    [of, `dockerops-${of}`].some((start) => Name.startsWith(start));
  const networks = await callEngine<{ Id: string; Name: string }[]>('GET', `/networks?${filters({ name: [of] })}`);
  for (const { Id, Name } of networks.filter(isMeant))
    await callEngine('DELETE', `/networks/${Id}`).catch((error: unknown) => tellOfNetwork(Name, error));
  const { Volumes } = await callEngine<{ Volumes: { Name: string }[] | null }>(
    'GET',
    `/volumes?${filters({ name: [of] })}`,
  );
  for (const { Name } of (Volumes ?? []).filter(isMeant)) await callEngine('DELETE', `/volumes/${Name}`);
  await removeImages(of);
}

/** Engine 20.10 loses count of endpoints when many containers are removed at once. */
function tellOfNetwork(name: string, error: unknown): void {
  console.error(`bench: network ${name} stays until the engine is started anew: ${String(error)}`);
}

/** Repeats until nothing is left: requests of a tool that was just killed may still be in progress. */
async function removeContainers(of: string): Promise<void> {
  for (let look = 0; look < 5; look += 1) {
    const left = await listContainers(of);
    if (left.length === 0) return;
    await inPool(left, 4, ({ Id }) =>
      callEngine('DELETE', `/containers/${Id}?force=1&v=1`).catch(() => setTimeout(200)),
    );
  }
}

async function removeImages(of: string): Promise<void> {
  const images = await callEngine<ImageRow[]>('GET', '/images/json');
  const tags = images.flatMap((image) => image.RepoTags ?? []).filter((tag) => tag.startsWith(of));
  for (const tag of tags) await callEngine('DELETE', `/images/${encodeURIComponent(tag)}`);
  await callEngine('POST', `/images/prune?${filters({ dangling: ['true'], label: [imageLabel] })}`);
}
