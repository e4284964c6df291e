import { cp, readFile, readdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { join } from 'node:path';
import { repository } from './cli.ts';

const source = join(repository, 'test/e2e/projects/shop');

/** Copies the shop with another project name, another published port, and this host.conf. */
export async function copyShop(
  directory: string,
  project: string,
  port: number,
  hostConf: Readonly<Record<string, string>> = {},
): Promise<void> {
  await cp(source, directory, { recursive: true });
  const names = await readdir(directory, { recursive: true });
  for (const name of names.filter((each) => each.endsWith('Dockerfile') || each.endsWith('.conf'))) {
    const text = await readFile(join(directory, name), 'utf8');
    await writeFile(
      join(directory, name),
      text.replaceAll('FROM shop/', `FROM ${project}/`).replaceAll('8088', String(port)),
    );
  }
  if (Object.keys(hostConf).length > 0)
    await writeFile(join(directory, 'host.conf'), JSON.stringify(hostConf), { mode: 0o600 });
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { readonly port: number };
  server.close();
  return port;
}

/**
 * The shop as its customers see it, through the gateway. Throws for any status but 200, so that callers can retry.
 */
export class ShopClient {
  readonly #url: string;

  constructor(url: string) {
    this.#url = url;
  }

  async items(): Promise<{ readonly items: Readonly<Record<string, number>>; readonly from: string }> {
    return (await this.#ask('/catalogue')) as { items: Record<string, number>; from: string };
  }

  async sales(): Promise<readonly string[]> {
    return ((await this.#ask('/orders')) as { sales: string[] }).sales;
  }

  async addItem(name: string, price: number): Promise<void> {
    await this.#ask('/catalogue', { name, price });
  }

  async order(id: string, item: string): Promise<void> {
    await this.#ask('/orders', { id, item });
  }

  async #ask(path: string, body?: object): Promise<unknown> {
    const request = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) };
    const response = await fetch(this.#url + path, { ...request, signal: AbortSignal.timeout(8000) });
    const text = await response.text();
    if (response.status !== 200) throw new Error(`${path}: ${String(response.status)} ${text}`);
    return JSON.parse(text);
  }
}
