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
  const layer = await makeLayer(await readBusybox(folder));
  const config = JSON.stringify({
    architecture: process.arch === 'arm64' ? 'arm64' : 'amd64',
    os: 'linux',
    created: '2020-01-01T00:00:00Z',
    config: { Cmd: ['sleep', 'infinity'], Env: ['PATH=/bin'], Labels: { [imageLabel]: 'image' } },
    rootfs: { type: 'layers', diff_ids: [`sha256:${createHash('sha256').update(layer).digest('hex')}`] },
  });
  const manifest = JSON.stringify([
    { Config: 'config.json', RepoTags: [`${baseImage}:latest`], Layers: ['layer.tar'] },
  ]);
  await callEngine(
    'POST',
    '/images/load?quiet=1',
    await tar([file('layer.tar', layer), file('config.json', config), file('manifest.json', manifest)]),
  );
}

async function readBusybox(folder: string): Promise<Buffer> {
  return readFile(join(folder, 'bin/busybox')).catch(() => readFile(join(folder, 'usr/bin/busybox')));
}

type Entry = readonly [Parameters<Pack['entry']>[0], (Buffer | string)?];

function file(name: string, content: Buffer | string, mode = 0o644): Entry {
  return [{ name, mode, mtime: new Date(0) }, content];
}

function makeLayer(busybox: Buffer): Promise<Buffer> {
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
