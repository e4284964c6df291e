import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { pack, type Pack } from 'tar-stream';
import { unpackPackages } from './debian-archive.ts';
import { baseImage, callEngine, imageLabel } from './engine-api.ts';

const programs = ['sh', 'sleep', 'cat', 'ls', 'ps', 'ip'];

/**
 * Loads an image of one static program from an archive: it needs no registry, and all tools use the same layer.
 */
export async function loadTinyImage(cache: string, release: string): Promise<void> {
  const folder = await unpackPackages(cache, release, ['busybox-static']);
  await loadImages(await makeLayer(await readBusybox(folder)), [baseImage]);
}

/** Loads an image of this layer for each name; they differ in the name that an environment variable has. */
export async function loadImages(layer: Buffer, names: readonly string[]): Promise<void> {
  const diffId = `sha256:${createHash('sha256').update(layer).digest('hex')}`;
  const configs = names.map((name, index) => ({ name, path: `${String(index)}.json`, text: configOf(name, diffId) }));
  const manifest = configs.map(({ name, path }) => ({
    Config: path,
    RepoTags: [`${name}:latest`],
    Layers: ['layer.tar'],
  }));
  await callEngine(
    'POST',
    '/images/load?quiet=1',
    await tar([
      file('layer.tar', layer),
      ...configs.map(({ path, text }) => file(path, text)),
      file('manifest.json', JSON.stringify(manifest)),
    ]),
  );
}

function configOf(name: string, diffId: string): string {
  return JSON.stringify({
    architecture: process.arch === 'arm64' ? 'arm64' : 'amd64',
    os: 'linux',
    created: '2020-01-01T00:00:00Z',
    config: { Cmd: ['sleep', 'infinity'], Env: ['PATH=/bin', `IMAGE=${name}`], Labels: { [imageLabel]: 'image' } },
    rootfs: { type: 'layers', diff_ids: [diffId] },
  });
}

async function readBusybox(folder: string): Promise<Buffer> {
  return readFile(join(folder, 'bin/busybox')).catch(() => readFile(join(folder, 'usr/bin/busybox')));
}

type Entry = readonly [Parameters<Pack['entry']>[0], (Buffer | string)?];

function file(name: string, content: Buffer | string, mode = 0o644): Entry {
  return [{ name, mode, mtime: new Date(0) }, content];
}

export function makeLayer(busybox: Buffer): Promise<Buffer> {
  const links = programs.map((name): Entry => [
    { name: `bin/${name}`, type: 'symlink', linkname: 'busybox', mtime: new Date(0) },
  ]);
  return tar([
    [{ name: 'bin', type: 'directory', mode: 0o755, mtime: new Date(0) }],
    file('bin/busybox', busybox, 0o755),
    ...links,
  ]);
}

async function tar(entries: readonly Entry[]): Promise<Buffer> {
  const archive = pack();
  for (const [header, content] of entries) archive.entry(header, content ?? '');
  archive.finalize();
  return buffer(archive);
}
