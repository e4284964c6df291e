import { DnsDirectory } from '../../directories/dns.ts';
import type { EngineReader, EngineSessions } from '../../engine/engine.ts';
import { UserError } from '../../errors.ts';
import { label } from '../../labels.ts';
import { isDnsContainer, isDnsService } from '../../model/dns-service.ts';
import type { ObservedContainer } from '../../model/observed-state.ts';
import { observeContainers } from '../../observe/observe.ts';
import type { LoadedProject } from '../../project/load-project.ts';
import { isDnsImage } from '../../project/resolve/images/image-facts.ts';
import { ownImages } from '../../project/resolve/images/own-images.ts';
import { runCommands } from '../../project/resolve/select/run-commands.ts';
import { listInstances } from '../inspect/find-instance.ts';
import type { OpenProject } from '../open-project.ts';

/** The DNS of the project on this engine, called by exec in its container, so that it needs no route to it. */
export async function openDns({ engine, owner, project }: OpenProject): Promise<DnsDirectory> {
  const containers = await listInstances(engine, owner, true);
  const dns = containers.find(({ ownership }) => isDnsContainer(ownership));
  if (dns === undefined) throw noDns(project, engine.address);
  if (dns.state === 'paused') throw pausedDns(dns);
  return directoryIn(dns, engine);
}

/** Every DNS that runs on an engine, of whatever project, sorted by name. */
export async function listDns(engine: EngineReader & EngineSessions): Promise<readonly DnsDirectory[]> {
  const containers = await observeContainers(engine, { all: false, labels: { [label.kind]: 'instance' } });
  return containers
    .filter(({ ownership, state }) => state === 'running' && isDnsContainer(ownership))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map((container) => directoryIn(container, engine));
}

function directoryIn({ id, name }: ObservedContainer, engine: EngineSessions): DnsDirectory {
  return new DnsDirectory(name, (command, limitMs) => engine.exec(id, { command, user: 'root' }, limitMs));
}

function pausedDns({ ownership, name }: ObservedContainer): UserError {
  const what = ownership === undefined ? 'dockerops-dns' : `${ownership.service},instance=${ownership.instance}`;
  return new UserError(`the DNS ${ownership?.key ?? name} is paused, so it does not answer`, {
    code: 'DNS_PAUSED',
    suggestions: [`resume it: dockerops start:${what}`],
  });
}

function noDns(project: LoadedProject, engine: string): UserError {
  const commands = runCommands(dnsServiceOf(project), undefined, project.conf);
  return new UserError(`no DNS of project ${project.place.name} runs on ${engine}`, {
    code: 'NO_DNS',
    suggestions: [
      ...commands.map((command) => `start it: ${command}`),
      'or use the engine where it runs: --host ADDRESS',
    ],
  });
}

/** As run.conf has it: also a service of the project's own that is built on the base service. */
function dnsServiceOf(project: LoadedProject): string {
  const names = project.conf.entries.map(({ values }) => values.service);
  const own = ownImages(project);
  const found = names.find((name) => {
    const service = project.services.get(name);
    return service === undefined ? isDnsService(name) : isDnsImage(service, own);
  });
  return found ?? 'dockerops-dns';
}
