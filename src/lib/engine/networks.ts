import { definedOnly } from '../defined.ts';
import type { ObservedNetwork, ObservedVolume } from '../model/observed-state.ts';
import type { Labels } from '../labels.ts';
import type { EngineWriter, LabelFilter } from './engine.ts';
import { call, callJson, labelFilter, segment, type Connection } from './connection/http.ts';

interface RawNetwork {
  readonly Id: string;
  readonly Name: string;
  readonly Driver: string;
  readonly Labels: Labels | null;
  readonly IPAM?: { readonly Config?: readonly { readonly Subnet?: string }[] | null } | null;
}

export async function listNetworks(connection: Connection, labels?: LabelFilter): Promise<readonly ObservedNetwork[]> {
  const rows = await callJson<readonly RawNetwork[]>(connection, {
    step: 'list networks',
    method: 'GET',
    path: '/networks',
    query: { filters: labelFilter(labels) },
  });
  return rows.map((raw) => ({
    id: raw.Id,
    name: raw.Name,
    driver: raw.Driver,
    subnets: (raw.IPAM?.Config ?? []).flatMap(({ Subnet }) => (Subnet === undefined || Subnet === '' ? [] : [Subnet])),
    labels: raw.Labels ?? {},
  }));
}

export async function createNetwork(
  connection: Connection,
  request: Parameters<EngineWriter['createNetwork']>[0],
): Promise<{ readonly id: string }> {
  const { name, subnet, ipRange, gateway, labels } = request;
  const { Id } = await callJson<{ readonly Id: string }>(connection, {
    step: `create network ${name}`,
    method: 'POST',
    path: '/networks/create',
    // Engines before API 1.44 make a second network of the same name unless they are told to look.
    body: {
      Name: name,
      CheckDuplicate: true,
      Driver: 'bridge',
      Labels: labels,
      IPAM: { Driver: 'default', Config: [{ Subnet: subnet, IPRange: ipRange, Gateway: gateway }] },
    },
  });
  return { id: Id };
}

export async function removeNetwork(connection: Connection, id: string): Promise<void> {
  await call(connection, { step: `remove network ${id}`, method: 'DELETE', path: `/networks/${segment(id)}` });
}

export async function listVolumes(connection: Connection, labels?: LabelFilter): Promise<readonly ObservedVolume[]> {
  const { Volumes } = await callJson<{
    readonly Volumes: readonly { readonly Name: string; readonly Labels: Labels | null }[] | null;
  }>(connection, {
    step: 'list volumes',
    method: 'GET',
    path: '/volumes',
    query: { filters: labelFilter(labels) },
  });
  return (Volumes ?? []).map(({ Name, Labels }) => ({ name: Name, labels: Labels ?? {} }));
}

export async function createVolume(
  connection: Connection,
  request: Parameters<EngineWriter['createVolume']>[0],
): Promise<void> {
  const { name, labels, driverOptions } = request;
  await call(connection, {
    step: `create volume ${name}`,
    method: 'POST',
    path: '/volumes/create',
    body: {
      Name: name,
      Labels: labels,
      Driver: 'local',
      ...definedOnly({ DriverOpts: driverOptions }),
    },
  });
}

export async function removeVolume(connection: Connection, name: string): Promise<void> {
  await call(connection, { step: `remove volume ${name}`, method: 'DELETE', path: `/volumes/${segment(name)}` });
}
