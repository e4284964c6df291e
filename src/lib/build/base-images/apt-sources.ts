import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** One `deb` line of apt: an address, one suite of it, and its components. */
export interface AptSource {
  readonly uri: string;
  readonly suite: string;
  readonly components: readonly string[];
}

/**
 * The lines for mmdebstrap that make this machine's own Debian mirrors serve `release`, or none when the machine names
 * no mirror: mmdebstrap then uses its own default. Other vendors' archives are left out.
 */
export function mirrorLines(sources: readonly AptSource[], release: string): string[] {
  const usable = sources.filter((source) => isMirrorAddress(source.uri) && source.components.includes('main'));
  const main = usable.find((source) => kindOfSuite(source.suite) === 'release' && isDebian(source.uri, usable));
  if (main === undefined) return [];
  const lines = [`deb ${main.uri} ${release} main`];
  const hasUpdates = usable.some((source) => source.uri === main.uri && kindOfSuite(source.suite) === 'updates');
  if (hasUpdates) lines.push(`deb ${main.uri} ${release}-updates main`);
  const security = usable.find((source) => kindOfSuite(source.suite) === 'security');
  if (security !== undefined) lines.push(`deb ${security.uri} ${release}-security main`);
  return lines;
}

const releaseNames = 'buster|bullseye|bookworm|trixie|forky|sid|stable|oldstable|oldoldstable|testing|unstable';
const suitePattern = new RegExp(`^(?:${releaseNames})(?:(-updates)|(-security|/updates))?$`);

function kindOfSuite(suite: string): 'release' | 'updates' | 'security' | undefined {
  const match = suitePattern.exec(suite);
  if (match === null) return undefined;
  if (match[1] !== undefined) return 'updates';
  return match[2] === undefined ? 'release' : 'security';
}

/** An address with a password would end in the image's own apt sources. */
function isMirrorAddress(uri: string): boolean {
  const url = URL.parse(uri);
  return url !== null && /^https?:$/.test(url.protocol) && url.username === '' && url.password === '';
}

/** Other vendors name their suites after Debian's releases too, but have no `-updates` of them. */
function isDebian(uri: string, sources: readonly AptSource[]): boolean {
  return (
    /\/debian\/?$/.test(uri) || sources.some((source) => source.uri === uri && kindOfSuite(source.suite) === 'updates')
  );
}

/** Reads what `apt` on this machine reads; a machine without apt has none. */
export async function loadAptSources(directory = '/etc/apt'): Promise<AptSource[]> {
  const parts = join(directory, 'sources.list.d');
  const names = (await readdir(parts).catch(() => [])).sort().map((name) => join(parts, name));
  const sources: AptSource[] = [];
  for (const path of [join(directory, 'sources.list'), ...names]) {
    const text = await readFile(path, 'utf8').catch(() => '');
    if (path.endsWith('.list')) sources.push(...parseOneLineSources(text));
    if (path.endsWith('.sources')) sources.push(...parseDeb822Sources(text));
  }
  return sources;
}

/** `deb [option=value] http://host/debian bookworm main contrib` */
export function parseOneLineSources(text: string): AptSource[] {
  return text.split('\n').flatMap((line) => {
    const match = /^\s*deb\s+(?:\[[^\]]*\]\s*)?(\S+)\s+(\S+)([^#]*)/.exec(line);
    if (match === null) return [];
    const [, uri = '', suite = '', components = ''] = match;
    return [{ uri, suite, components: words(components) }];
  });
}

/** Stanzas of `Types:`, `URIs:`, `Suites:`, `Components:` with an empty line between them. */
export function parseDeb822Sources(text: string): AptSource[] {
  const withoutComments = text.split('\n').filter((line) => !line.startsWith('#'));
  return withoutComments
    .join('\n')
    .split(/\n\s*\n/)
    .flatMap(parseStanza);
}

function parseStanza(stanza: string): AptSource[] {
  const fields = new Map<string, string>();
  for (const [, name = '', value = ''] of stanza.matchAll(/^([^\s:]+):((?:.*)(?:\n[ \t].*)*)/gm))
    fields.set(name.toLowerCase(), value);
  const list = (name: string): string[] => words(fields.get(name) ?? '');
  if (!list('types').includes('deb') || /^\s*(?:no|false)\s*$/i.test(fields.get('enabled') ?? '')) return [];
  return list('uris').flatMap((uri) => list('suites').map((suite) => ({ uri, suite, components: list('components') })));
}

function words(text: string): string[] {
  return text.split(/\s+/).filter((word) => word !== '');
}
