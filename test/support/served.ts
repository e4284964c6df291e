import { docker } from './docker.ts';

const madeBy = (server: string): readonly string[] => ['--filter', `label=dockerops.server=${server}`];

/** Names of the units of a service that a server has made on the engine of this machine, running or not. */
export async function unitContainers(server: string, service: string): Promise<readonly string[]> {
  const own = [...madeBy(server), '--filter', `label=dockerops.service=${service}`];
  return (await docker('ps', '-a', ...own, '--format', '{{.Names}}')).split('\n').filter(Boolean).sort();
}

/** Removes what a server has made on the engine of this machine. */
export async function removeServed(server: string): Promise<void> {
  const left = await docker('ps', '-aq', ...madeBy(server));
  if (left !== '') await docker('rm', '-fv', ...left.split('\n'));
  await docker('network', 'rm', `dockerops-serve-${server}`).catch(() => {});
}
