/**
 * Whether a service is the platform's DNS: `dockerops-dns`, or `dockerops-dns-<os>`. Told by the name alone, as labels
 * have no more.
 */
export function isDnsService(service: string): boolean {
  return service === 'dockerops-dns' || service.startsWith('dockerops-dns-');
}
