import { request, Agent } from 'node:http';
import { text } from 'node:stream/consumers';

/** Every name of the bench's containers, networks, images and folders starts so, and only such are ever removed. */
export const prefix = 'dops-bench-';
export const baseImage = `${prefix}base/tiny`;
/** On the base image, and so on everything that is built on it: finds images that lost their name to a later build. */
export const imageLabel = 'dops-bench';

const agent = new Agent({ keepAlive: true, maxSockets: 64 });
const engineSocket = (process.env['DOCKER_HOST'] ?? 'unix:///var/run/docker.sock').replace(/^unix:\/\//, '');

/**
 * The engine with nothing in between: what it does for this client is the floor under every tool. Undefined: it is not
 * there.
 */
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

/** At most `width` at once: the engine profits from 4 to 6. */
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
