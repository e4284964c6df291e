import fc from 'fast-check';
import { connect } from '../../src/lib/engine/connection/connect.ts';
import { createDockerEngine } from '../../src/lib/engine/docker-engine.ts';
import type { Engine } from '../../src/lib/engine/engine.ts';
import { oneHost } from '../../src/lib/model/observed-hosts.ts';
import { observe } from '../../src/lib/observe/observe.ts';
import { planStop } from '../../src/lib/plan/plan-stop.ts';
import { serveEngine } from '../support/engine-server.ts';
import { containerOf, demoNetwork, project, spec } from '../support/specs.ts';

type Read = (engine: Engine) => Promise<unknown>;

const { labels } = containerOf(spec('web', 'one'));
const row = {
  Id: 'c'.repeat(64),
  Names: ['/demo-web-one'],
  Image: 'demo/web',
  ImageID: 'sha256:1',
  Created: 1,
  State: 'running',
  Status: 'Up 1 minute (healthy)',
  Labels: labels,
  Ports: [{ IP: '0.0.0.0', PrivatePort: 80, PublicPort: 8080, Type: 'tcp' }],
  Mounts: [{ Type: 'volume', Name: 'v', Destination: '/data' }],
  NetworkSettings: { Networks: { 'dockerops-demo': { IPAddress: '10.210.2.9' } } },
};
const network = {
  Id: demoNetwork.id,
  Name: demoNetwork.name,
  Driver: 'bridge',
  Labels: demoNetwork.labels,
  IPAM: { Config: [{ Subnet: '10.210.0.0/22' }] },
};
const image = { Id: 'sha256:1', RepoTags: ['demo/web:latest'], Labels: labels, Created: 1 };
const info = {
  ID: 'E',
  Name: 'host',
  ServerVersion: '28.0.0',
  OSType: 'linux',
  Architecture: 'x86_64',
  Driver: 'overlay2',
  DockerRootDir: '/var/lib/docker',
  Swarm: { LocalNodeState: 'inactive', ControlAvailable: false, NodeID: '' },
};
const detail = {
  ...row,
  Name: '/demo-web-one',
  Created: '2026-01-01T00:00:00Z',
  RestartCount: 0,
  Config: {
    Image: 'demo/web',
    Tty: false,
    Env: ['A=b'],
    Labels: labels,
    Healthcheck: { Test: ['CMD', 'x'], Interval: 1 },
  },
  State: {
    Status: 'running',
    ExitCode: 0,
    Error: '',
    OOMKilled: false,
    Pid: 7,
    StartedAt: '2026-01-01T00:00:00Z',
    FinishedAt: '0001-01-01T00:00:00Z',
    Health: { Status: 'healthy', Log: [{ ExitCode: 0, Output: 'ok' }] },
  },
  NetworkSettings: { ...row.NetworkSettings, Ports: { '80/tcp': [{ HostIp: '0.0.0.0', HostPort: '8080' }] } },
};
const imageDetail = {
  Id: 'sha256:1',
  RepoTags: ['demo/web:latest'],
  Created: '2026-01-01T00:00:00Z',
  Os: 'linux',
  Architecture: 'amd64',
  Size: 1,
  Config: { Labels: labels, Entrypoint: ['x'], Cmd: ['y'], User: '', ExposedPorts: { '80/tcp': {} } },
};
const event = { Type: 'container', Action: 'die', Actor: { ID: 'c', Attributes: labels }, time: 1 };

/** What a good engine answers, by path. */
const good: Readonly<Record<string, unknown>> = {
  '/info': info,
  '/containers/json': [row],
  '/networks': [network],
  '/volumes': { Volumes: [{ Name: 'v', Labels: labels }] },
  '/images/json': [image],
  '/containers/x/json': detail,
  '/images/x/json': imageDetail,
  '/events': event,
};

/** What every command does first, and a plan from it. */
async function observeAndPlan(engine: Engine): Promise<unknown> {
  return planStop(project, oneHost({ state: await observe(engine) }), 'all', {});
}

const reads: Readonly<Record<string, Read>> = {
  '/containers/x/json': (engine) => engine.inspectContainer('x'),
  '/images/x/json': (engine) => engine.findImage('x'),
  '/events': async (engine) => {
    for await (const each of engine.events({}, new AbortController().signal)) if (each.type === '') return each;
  },
};

const oddValues: readonly unknown[] = [
  null,
  true,
  -1,
  1e300,
  '',
  '\u0000',
  '\u202e',
  '__proto__',
  [],
  {},
  [null],
  [[]],
  { constructor: 1 },
];
const odd = fc.oneof(fc.constantFrom(...oddValues), fc.string({ unit: 'binary', maxLength: 8 }));
const edit = fc.record({ at: fc.nat(), put: fc.option(odd, { nil: undefined }) });

/** Answers in which parts of good ones have another value, or are missing; as JSON of path and body. */
export const engineAnswers: fc.Arbitrary<string> = fc
  .record({ path: fc.constantFrom(...Object.keys(good)), edits: fc.array(edit, { minLength: 1, maxLength: 4 }) })
  .map(({ path, edits }) => {
    const body = edits.reduce<unknown>((document, { at, put }) => {
      const places = placesIn(document);
      const place = places[at % Math.max(1, places.length)];
      return place === undefined ? put : replaced(document, place, put);
    }, good[path]);
    return JSON.stringify({ path, body });
  });

/** The paths of all members and elements. */
function placesIn(value: unknown, before: readonly string[] = []): readonly (readonly string[])[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, member]) => [[...before, key], ...placesIn(member, [...before, key])]);
}

/** Undefined leaves it out. */
function replaced(value: unknown, [key = '', ...rest]: readonly string[], put: unknown): unknown {
  const copy: unknown = Array.isArray(value) ? [...(value as unknown[])] : { ...(value as object) };
  const members = copy as Record<string, unknown>;
  Object.defineProperty(members, key, {
    value: rest.length === 0 ? put : replaced(members[key], rest, put),
    enumerable: true,
    configurable: true,
    writable: true,
  });
  return copy;
}

let opened: Promise<{ readonly engine: Engine; readonly answers: Record<string, unknown> }> | undefined;

/** One engine for all inputs: it answers well but for the path that is asked for. */
async function openEngine(): Promise<{ readonly engine: Engine; readonly answers: Record<string, unknown> }> {
  const answers: Record<string, unknown> = { ...good };
  const server = await serveEngine(answers);
  server.unref();
  const request = { environment: {}, platform: 'linux' as const, host: `unix://${server.socket}` };
  return { engine: createDockerEngine(await connect(request), request), answers };
}

export async function readEngineAnswer(text: string): Promise<unknown> {
  const { path, body } = JSON.parse(text) as { readonly path: string; readonly body: unknown };
  const { engine, answers } = await (opened ??= openEngine());
  // An answer that is undefined would be "not found".
  answers[path] = body ?? null;
  try {
    return await (reads[path] ?? observeAndPlan)(engine);
  } finally {
    answers[path] = good[path];
  }
}
