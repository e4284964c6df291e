import { existsSync } from 'node:fs';
import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';

const keyring = '/usr/share/keyrings/debian-archive-keyring.gpg';

/**
 * Unpacks packages of a Debian release into a folder of the cache, without installing anything and without touching
 * apt's own state. The archive's address is taken from this machine's apt sources. A second call finds the folder.
 */
export async function unpackPackages(cache: string, release: string, packages: readonly string[]): Promise<string> {
  const target = join(cache, `${release}-${packages.join('-')}`);
  if (existsSync(target)) return target;
  console.error(`bench: fetching ${packages.join(', ')} of Debian ${release} into ${target}`);
  const work = `${target}.part`;
  await rm(work, { recursive: true, force: true });
  const root = join(work, 'root');
  for (const folder of ['lists/partial', 'cache/archives/partial', 'root'])
    await mkdir(join(work, folder), { recursive: true });
  await writeFile(
    join(work, 'sources.list'),
    `deb ${existsSync(keyring) ? `[signed-by=${keyring}] ` : ''}${await archiveAddress()} ${release} main\n`,
  );
  const apt = (...command: string[]) =>
    execa('apt-get', [...aptOptions(work), ...command], { cwd: work, stdin: 'ignore' });
  await apt('update');
  await apt('download', ...packages);
  for (const file of (await readdir(work)).filter((name) => name.endsWith('.deb')))
    await execa('dpkg', ['-x', join(work, file), root]);
  await rename(root, target);
  await rm(work, { recursive: true, force: true });
  return target;
}

function aptOptions(work: string): string[] {
  const settings = {
    'Dir::Etc::sourcelist': join(work, 'sources.list'),
    'Dir::Etc::sourceparts': '-',
    'Dir::State::lists': join(work, 'lists'),
    'Dir::State::status': '/dev/null',
    'Dir::Cache': join(work, 'cache'),
    // As root: the user of apt's sandbox may not be able to read the folder.
    'APT::Sandbox::User': 'root',
  };
  return Object.entries(settings).flatMap(([name, value]) => ['-o', `${name}=${value}`]);
}

/** The source of the distribution itself among those of this machine, not that of security updates or others. */
async function archiveAddress(): Promise<string> {
  const { stdout } = await execa('apt-get', [
    'indextargets',
    '--format',
    '$(REPO_URI) $(RELEASE) $(COMPONENT)',
    'Created-By: Packages',
  ]);
  const sources = stdout.split('\n').map((line) => line.split(' '));
  const own = sources.find(([address = '', , component]) => component === 'main' && /\/debian\/?$/.test(address));
  if (own?.[0] === undefined)
    throw new Error(
      'no Debian archive in the apt sources of this machine: the bench takes docker compose and busybox from there',
    );
  return own[0];
}
