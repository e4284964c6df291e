import { mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { unpackPackages } from './debian-archive.ts';

export interface Peer {
  readonly docker: string;
  /** DOCKER_CONFIG of the peer, so that `~/.docker` is neither read nor written. */
  readonly configuration: string;
  readonly version: string;
}

/**
 * Fetches `docker compose` and `docker buildx` of a Debian release; uses the `docker` of this machine if there is one.
 */
export async function getPeer(cache: string, release: string): Promise<Peer> {
  const plugins = await unpackPackages(cache, release, ['docker-compose', 'docker-buildx']);
  const docker = (await findDocker()) ?? join(await unpackPackages(cache, release, ['docker-cli']), 'usr/bin/docker');
  const configuration = join(cache, `config-${release}`);
  await rm(configuration, { recursive: true, force: true });
  await mkdir(join(configuration, 'cli-plugins'), { recursive: true });
  await writeFile(join(configuration, 'config.json'), '{}\n');
  for (const plugin of ['docker-compose', 'docker-buildx']) {
    await symlink(join(plugins, 'usr/libexec/docker/cli-plugins', plugin), join(configuration, 'cli-plugins', plugin));
  }
  const { stdout } = await execa(docker, ['compose', 'version', '--short'], { env: { DOCKER_CONFIG: configuration } });
  return { docker, configuration, version: stdout.trim() };
}

async function findDocker(): Promise<string | undefined> {
  const { exitCode } = await execa('docker', ['--version'], { reject: false });
  return exitCode === 0 ? 'docker' : undefined;
}
