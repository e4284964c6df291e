import { DnsDirectory } from '../../directories/dns.ts';
import { UserError } from '../../errors.ts';
import { isDnsContainer } from '../../model/dns-service.ts';
import { listInstances } from '../inspect/find-instance.ts';
import type { OpenProject } from '../open-project.ts';

/** The DNS of the project on this engine, called by exec in its container, so that it needs no route to it. */
export async function openDns({ engine, owner }: OpenProject): Promise<DnsDirectory> {
  const containers = await listInstances(engine, owner, true);
  const dns = containers.find(({ ownership }) => isDnsContainer(ownership));
  if (dns === undefined) throw noDns(owner.name, engine.address);
  if (dns.state === 'paused') throw pausedDns(dns.ownership?.key ?? dns.name);
  return new DnsDirectory(dns.name, (command, limitMs) => engine.exec(dns.id, { command, user: 'root' }, limitMs));
}

function pausedDns(key: string): UserError {
  const suggestions = ['resume it: dockerops start:dockerops-dns'];
  return new UserError(`the DNS ${key} is paused, so it does not answer`, { code: 'DNS_PAUSED', suggestions });
}

function noDns(project: string, engine: string): UserError {
  return new UserError(`no DNS of project ${project} runs on ${engine}`, {
    code: 'NO_DNS',
    suggestions: ['start it: dockerops run:dockerops-dns', 'or use the engine where it runs: --host ADDRESS'],
  });
}
