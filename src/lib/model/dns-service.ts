import { dnsServerPath } from './dns-file.ts';
import type { Ownership } from './observed-state.ts';

/** Whether a name is that of the DNS among the base services: `dockerops-dns` or `dockerops-dns-<os>`. */
export function isDnsService(service: string): boolean {
  return service === 'dockerops-dns' || service.startsWith('dockerops-dns-');
}

/**
 * Whether an instance is the DNS of its project. A service of the project's own may be built on that of the base
 * services; it then has the file that says what to serve.
 */
export function isDns(spec: {
  readonly service: string;
  readonly files?: readonly { readonly path: string }[];
}): boolean {
  return isDnsService(spec.service) || (spec.files ?? []).some(({ path }) => path === dnsServerPath);
}

/** The same by the labels of a container, which are parsed only where they may say so. */
export function isDnsContainer(ownership: Pick<Ownership, 'service' | 'specLabel' | 'spec'> | undefined): boolean {
  if (ownership === undefined) return false;
  const { service, specLabel } = ownership;
  if (isDnsService(service)) return true;
  return specLabel.includes(dnsServerPath) && isDns({ service, files: ownership.spec.files ?? [] });
}
