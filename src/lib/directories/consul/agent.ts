import { hasTexts } from './has-texts.ts';
import type { ConsulHttp } from './http.ts';

export interface ConsulAgent {
  /** Its name of the node that it runs on. */
  readonly node: string;
  readonly datacenter: string;
  /** Under which others of the cluster reach it. */
  readonly address: string;
  readonly version: string;
}

interface RawSelf {
  readonly Config: { readonly NodeName: string; readonly Datacenter: string; readonly Version: string };
  readonly Member: { readonly Addr: string };
}

function isSelf(answer: unknown): boolean {
  const { Config, Member } = (answer ?? {}) as { readonly Config?: unknown; readonly Member?: unknown };
  return hasTexts(Config, ['NodeName', 'Datacenter', 'Version']) && hasTexts(Member, ['Addr']);
}

/** The agent's identity. Works without a leader. */
export async function readAgent(http: ConsulHttp, signal?: AbortSignal): Promise<ConsulAgent> {
  const { Config, Member } = await http.askJson<RawSelf>(
    { step: 'ask the agent for its identity', path: '/agent/self', signal },
    isSelf,
  );
  return { node: Config.NodeName, datacenter: Config.Datacenter, address: Member.Addr, version: Config.Version };
}

/** Whether Consul has the token of the requests, if they have one. Every token may read itself. */
export async function isTokenKnown(http: ConsulHttp, signal?: AbortSignal): Promise<boolean> {
  if (!http.hasToken) return true;
  const request = { step: 'look the own token up', path: '/acl/token/self', signal, allow: [401, 403, 404] };
  const { status } = await http.ask(request);
  return status !== 403;
}

/** Address of the leader; without one Consul has no keys and sessions. Needs no token. */
export async function findLeader(http: ConsulHttp, signal?: AbortSignal): Promise<string | undefined> {
  const leader = await http.askJson<string>(
    { step: 'ask for the leader', path: '/status/leader', signal },
    (answer) => typeof answer === 'string',
  );
  return leader === '' ? undefined : leader;
}
