export function isDnsService(service: string): boolean {
  return service === 'dockerops-dns' || service.startsWith('dockerops-dns-');
}
