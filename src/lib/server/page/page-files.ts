import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

interface PageFile {
  readonly type: string;
  readonly etag: string;
  readonly whole: Buffer;
  readonly compressed: Buffer;
  /** Its name has the hash of its content. */
  readonly isHashed: boolean;
}

const types: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8',
  css: 'text/css; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  svg: 'image/svg+xml',
};

const common = {
  'content-security-policy': "default-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
};

/**
 * The files of the web page, from memory. They are the same for everybody and hold no secret, so that they need no
 * token: what they show, they ask of the API.
 */
export class PageFiles {
  readonly #files: ReadonlyMap<string, PageFile>;

  /** `directory`: where the build has put them. Throws where there is none. */
  constructor(directory: string) {
    this.#files = new Map(
      readdirSync(directory).map((name) => [
        name === 'index.html' ? '/' : `/page/${name}`,
        read(join(directory, name), name),
      ]),
    );
  }

  /** Whether the request was for one of the files; then it is answered. */
  answer({ method, url = '', headers }: IncomingMessage, response: ServerResponse): boolean {
    const [path = ''] = url.split('?', 1);
    const file = this.#files.get(path);
    if (file === undefined || (method !== 'GET' && method !== 'HEAD')) return false;
    const cache = file.isHashed ? 'public, max-age=31536000, immutable' : 'no-cache';
    const head = { ...common, etag: file.etag, 'cache-control': cache, vary: 'accept-encoding' };
    if (headers['if-none-match'] === file.etag) {
      response.writeHead(304, head).end();
      return true;
    }
    const isCompressed = /\bgzip\b/.test(headers['accept-encoding']?.toString() ?? '');
    const content = isCompressed ? file.compressed : file.whole;
    response.writeHead(200, {
      ...head,
      'content-type': file.type,
      'content-length': content.length,
      ...(isCompressed ? { 'content-encoding': 'gzip' } : {}),
    });
    response.end(method === 'HEAD' ? undefined : content);
    return true;
  }
}

function read(path: string, name: string): PageFile {
  const whole = readFileSync(path);
  return {
    type: types[name.replace(/^.*\./, '')] ?? 'application/octet-stream',
    etag: `"${createHash('sha256').update(whole).digest('hex').slice(0, 16)}"`,
    whole,
    compressed: gzipSync(whole, { level: 9 }),
    isHashed: name !== 'index.html',
  };
}
