import { request, Agent } from 'node:http';
import { text } from 'node:stream/consumers';

/** Names of all containers, networks, images and folders of the bench begin with it, and only such are removed. */
export const prefix = 'dops-bench-';
export const baseImage = `${prefix}base/tiny`;
/** Label of the base image and of all images built on it: finds images whose name a later build took over. */
export const imageLabel = 'dops-bench';

const agent = new Agent({ keepAlive: true, maxSockets: 64 });
const engineSocket = (process.env['DOCKER_HOST'] ?? 'unix:///var/run/docker.sock').replace(/^unix:\/\//, '');

/** Calls the engine over plain HTTP, the lower bound for every tool. Undefined for 404. */
export async function callEngine<Answer>(method: string, path: string, body?: unknown): Promise<Answer> {
  const answer = await send(method, path, body);
  if (answer.status === 404 && method !== 'POST') return undefined as Answer;
  if (answer.status >= 400) throw new Error(`${method} ${path}: ${String(answer.status)} ${answer.text}`);
  return (/^[[{]/.test(answer.text) ? JSON.parse(answer.text.split('\r\n')[0] ?? '') : undefined) as Answer;
}

function send(method: string, path: string, body: unknown): Promise<{ status: number; text: string }> {
  const data = Buffer.isBuffer(body) ? body : Buffer.from(body === undefined ? '' : JSON.stringify(body));
  const type = Buffer.isBuffer(body) ? 'application/x-tar' : 'application/json';
  return new Promise((resolve, reject) => {
    const call = request(
      {
        agent,
        socketPath: engineSocket,
        method,
        path: `/v1.41${path}`,
        headers: { 'content-type': type, 'content-length': data.length },
      },
      (response) => {
        text(response).then((content) => resolve({ status: response.statusCode ?? 0, text: content.trim() }), reject);
      },
    );
    call.on('error', reject).end(data);
  });
}

export function filters(values: Readonly<Record<string, readonly string[]>>): string {
  return `filters=${encodeURIComponent(JSON.stringify(values))}`;
}

interface ContainerEvent {
  readonly Action: string;
  readonly id: string;
  readonly timeNano: number;
}

/** What happened to containers since a time (ms since the epoch) until now; the engine keeps the last 256 events. */
export async function containerEvents(since: number): Promise<readonly ContainerEvent[]> {
  const seconds = (time: number): string => (time / 1000).toFixed(3);
  const period = `since=${seconds(since)}&until=${seconds(Date.now())}`;
  const { text: lines } = await send('GET', `/events?${period}&${filters({ type: ['container'] })}`, undefined);
  return lines.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line) as ContainerEvent]));
}

export interface ContainerRow {
  readonly Id: string;
  readonly Names: readonly string[];
  readonly State: string;
  readonly Labels: Readonly<Record<string, string>>;
}
export interface ImageRow {
  readonly Id: string;
  readonly RepoTags: readonly string[] | null;
}

/** Containers of the bench, running or not. */
export async function listContainers(project: string = prefix): Promise<ContainerRow[]> {
  const rows = await callEngine<ContainerRow[]>('GET', `/containers/json?all=1&${filters({ name: [`^/${project}`] })}`);
  return rows.filter((row) => row.Names.some((name) => name.startsWith(`/${project}`)));
}

/** At most `width` at once; with 4 to 6 the engine is fastest. */
export async function inPool<Item>(
  items: readonly Item[],
  width: number,
  work: (item: Item) => Promise<unknown>,
): Promise<void> {
  const rest = items.values();
  await Promise.all(
    Array.from({ length: width }, async () => {
      for (const item of rest) await work(item);
    }),
  );
}
