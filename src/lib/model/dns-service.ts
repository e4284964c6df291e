/** Whether a service is the DNS: `dockerops-dns` or `dockerops-dns-<os>`. By its name, as labels say no more. */
export function isDnsService(service: string): boolean {
  return service === 'dockerops-dns' || service.startsWith('dockerops-dns-');
}
