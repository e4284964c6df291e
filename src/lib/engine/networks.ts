import type { ObservedNetwork, ObservedVolume } from '../model/observed-state.ts';
import type { LabelFilter, NetworkRequest, VolumeRequest } from './engine.ts';
import type { Connection } from './connection/connection.ts';
import { call, callJson } from './connection/http.ts';
import { labelFilter, segment } from './connection/request.ts';
import { list, object, optional, record, text } from './shape.ts';

const labelsOf = optional(record(text));

const rawNetwork = object({
  Id: text,
  Name: text,
  Driver: text,
  Labels: labelsOf,
  IPAM: optional(object({ Config: optional(list(object({ Subnet: optional(text) }))) })),
});

const rawVolumes = object({ Volumes: optional(list(object({ Name: text, Labels: labelsOf }))) });

export async function listNetworks(connection: Connection, labels?: LabelFilter): Promise<readonly ObservedNetwork[]> {
  const rows = await callJson(connection, list(rawNetwork), {
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
  { name, subnet, ipRange, gateway, labels, driver }: NetworkRequest,
): Promise<{ readonly id: string }> {
  const { Id } = await callJson(connection, object({ Id: text }), {
    step: `create network ${name}`,
    method: 'POST',
    path: '/networks/create',
    // Without CheckDuplicate, engines before API 1.44 create a second network with the same name.
    body: {
      Name: name,
      CheckDuplicate: true,
      Driver: driver ?? 'bridge',
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
  const { Volumes } = await callJson(connection, rawVolumes, {
    step: 'list volumes',
    method: 'GET',
    path: '/volumes',
    query: { filters: labelFilter(labels) },
  });
  return (Volumes ?? []).map(({ Name, Labels }) => ({ name: Name, labels: Labels ?? {} }));
}

export async function createVolume(connection: Connection, { name, labels }: VolumeRequest): Promise<void> {
  await call(connection, {
    step: `create volume ${name}`,
    method: 'POST',
    path: '/volumes/create',
    body: { Name: name, Labels: labels, Driver: 'local' },
  });
}

export async function removeVolume(connection: Connection, name: string): Promise<void> {
  await call(connection, { step: `remove volume ${name}`, method: 'DELETE', path: `/volumes/${segment(name)}` });
}
