import { cutAt } from '../../cut-text.ts';
import type { Problem } from '../../errors.ts';
import { inOwnPlaces } from './places.ts';

export interface FormerImages {
  readonly project: string;
  /** Names of the project's services with a folder. */
  readonly services: readonly string[];
  /** The service needs the tools that the former base images had. */
  readonly needsTools: boolean;
  /** How many services of the project it is built on: scripts of parents run first. */
  readonly depth: number;
}

export interface ConvertedText {
  readonly text: string;
  /** With the line in `where`. */
  readonly converted: readonly Problem[];
  readonly dropped: readonly Problem[];
}

interface Line {
  readonly text: string;
  readonly converted?: string | undefined;
  readonly dropped?: Omit<Problem, 'where'> | undefined;
}

/** A Dockerfile of DockerOps or Reyns, as one of dockerops. `file` is its name in places. */
export function convertDockerfile(file: string, text: string, images: FormerImages): ConvertedText {
  let hasLists = /apt-get\s+(-\S+\s+)*update/.test(text);
  const lines = text.split('\n').map((line) => {
    const converted = convertLine(line, images);
    if (hasLists || !/^\s*RUN\s/i.test(converted.text)) return converted;
    const updated = converted.text.replace(/apt-get\s+(?:-\S+\s+)*install/, 'apt-get update && $&');
    if (updated === converted.text) return converted;
    hasLists = true;
    return { ...converted, text: updated, converted: 'apt-get update comes first: base images have no package lists' };
  });
  const placed = lines.map((line, index) => ({ ...line, where: `${file}:${String(index + 1)}:1` }));
  return {
    text: lines.map((line) => line.text).join('\n'),
    converted: placed.flatMap(({ where, converted }) =>
      converted === undefined ? [] : [{ where, message: converted }],
    ),
    dropped: placed.flatMap(({ where, dropped }) => (dropped === undefined ? [] : [{ where, ...dropped }])),
  };
}

function convertLine(line: string, images: FormerImages): Line {
  return (
    formerBase(line, images) ??
    ownBase(line, images) ??
    formerScript(line, images) ??
    annotation(line) ??
    madeDirectory(line) ?? { text: inOwnPlaces(line) }
  );
}

const baseLine = /^(\s*FROM\s+(?:--\S+\s+)*)(?:dockerops|reyns)\/(?:dockerops|reyns)-(common|base|dns)(?!\w)\S*/i;

function formerBase(line: string, { needsTools }: FormerImages): Line | undefined {
  const [written, from, kind = ''] = baseLine.exec(line) ?? [];
  if (written === undefined) return undefined;
  const names: Readonly<Record<string, string>> = { common: 'common-debian12', base: needsTools ? 'full' : 'base' };
  const image = `dockerops/dockerops-${names[kind] ?? kind}`;
  const text = `${from ?? ''}${image}${line.slice(written.length)}`;
  if (text === line) return { text };
  const tools = image.endsWith('-full') ? ', with the tools that it had' : '';
  return { text, converted: `built on ${image}, which is Debian 12${tools}; packages may have other names there` };
}

/** Without PROJECT_NAME, the project's name was that of the tool. */
function ownBase(line: string, { project, services }: FormerImages): Line | undefined {
  const [written, from, name = ''] = /^(\s*FROM\s+)(?:dockerops|reyns)\/([a-z0-9-]+)/i.exec(line) ?? [];
  if (written === undefined || !services.includes(name)) return undefined;
  const parent = `${project}/${name}`;
  return { text: `${from ?? ''}${parent}${line.slice(written.length)}`, converted: `the parent is ${parent}` };
}

/** They ran in the order in which they were built, without being executable. */
function formerScript(line: string, { depth }: FormerImages): Line | undefined {
  const [copy = '', words = ''] = line.split(/(?<=^\s*(?:COPY|ADD)\s)/i);
  const sources = words.trim().split(/\s+/);
  if (!/^\[?"?\/prestartup\b/.test(sources.pop() ?? '')) return undefined;
  if (words.startsWith('[') || sources.some((source) => /^--|[*?]/.test(source) || !source.endsWith('.sh')))
    return {
      text: line.replace('/prestartup', '/entrypoints'),
      converted: 'scripts go to /entrypoints; those without -<number>.sh at the end run by the times of their files',
    };
  const copies = sources.map((source, index) => {
    const name = source.replace(/^.*\//, '').replace(/\.sh$/, '');
    return `${copy}${source} /entrypoints/${name}-${String(firstNumber + depth * 100 + index)}.sh`;
  });
  return { text: copies.join('\n'), converted: 'scripts go to /entrypoints, with a number for their order' };
}

/** Later than the scripts of base images. */
const firstNumber = 1_500_000_000;

function annotation(line: string): Line | undefined {
  const [, word, rest = ''] = /^\s*#\s*reyns:\s*(expose|privileged)\b(.*)$/i.exec(line) ?? [];
  if (word === undefined) return undefined;
  if (word.toLowerCase() === 'privileged')
    return { text: line, dropped: { message: 'privileged', suggestion: 'add "privileged": true to its entries' } };
  const [, container = '', host = ''] = /^\s*(\S+)\s+as\s+(\S+)\s*$/.exec(rest) ?? [];
  if (container === '') return { text: line };
  return {
    text: `EXPOSE ${container}`,
    dropped: {
      message: `port ${container} was published as ${host}`,
      suggestion: `add "ports": ["${cutAt(host, '/')}:${container}"] to its entries`,
    },
  };
}

function madeDirectory(line: string): Line | undefined {
  const text = inOwnPlaces(line).replace(
    /\bmkdir\s+(?=(?:\/data|\/opt\/dockerops|\/var\/log\/dockerops|\/entrypoints)\/?(?:\s|$))/g,
    'mkdir -p ',
  );
  return text === inOwnPlaces(line) ? undefined : { text, converted: 'base images have the directory already' };
}
