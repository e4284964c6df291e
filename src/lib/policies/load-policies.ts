import { readBoundedText } from '../bounded-file.ts';
import { findNearest } from '../did-you-mean.ts';
import { messageOf, type Problem } from '../errors.ts';
import { bundledPolicies } from './bundled/bundled.ts';
import { ConfigSchema } from './config-schema.ts';
import { findPolicies, type PolicyFile } from './find-policies.ts';
import { PolicyLoadFailed, PolicyWorker } from './policy-worker.ts';
import type { PolicySource } from './worker-messages.ts';

export interface LoadedPolicy {
  readonly name: string;
  /** The file, or `bundled`. */
  readonly origin: string;
  readonly worker: PolicyWorker;
  /** Absent: it has no configurations and runs without one. */
  readonly schema?: ConfigSchema;
  /** `/kontena/registrator/services/skydns/:service` */
  readonly etcdConfigPath?: string;
}

export interface PolicyChoice {
  /** Names of policies that come with dockerops. */
  readonly bundled: readonly string[];
  /** A folder or a glob. */
  readonly place?: string | undefined;
}

export interface LoadedPolicies {
  /** Sorted by name. */
  readonly policies: readonly LoadedPolicy[];
  readonly problems: readonly Problem[];
  readonly notices: readonly string[];
}

/**
 * Loads all policies; when there is a problem, none stays open. `program`: that of the threads, worker.ts or what it
 * was built to.
 */
export async function loadPolicies(choice: PolicyChoice, program: URL): Promise<LoadedPolicies> {
  const names = Object.keys(bundledPolicies);
  const found = choice.place === undefined ? { files: [], problems: [] } : findPolicies(choice.place, names);
  const isOwn = (name: string): boolean => found.files.some((file) => file.name === name);
  const bundled = [...new Set(choice.bundled)].filter((name) => names.includes(name) && !isOwn(name));
  const results = await Promise.all([
    ...found.files.map((file) => loadOne(file.name, { file: file.file }, program)),
    ...bundled.map((name) => loadOne(name, { bundled: name }, program)),
  ]);
  const policies = results.flatMap(({ policy }) => policy ?? []).sort((a, b) => (a.name < b.name ? -1 : 1));
  const problems = [
    ...found.problems,
    ...unknownNames(choice.bundled),
    ...results.flatMap((result) => result.problems),
  ];
  if (problems.length > 0) await closePolicies(policies);
  return { policies: problems.length > 0 ? [] : policies, problems, notices: overridden(found.files, names) };
}

export async function closePolicies(policies: readonly LoadedPolicy[]): Promise<void> {
  await Promise.all(policies.map(({ worker }) => worker[Symbol.asyncDispose]()));
}

/** Below which prefix the configurations of a policy are: the path to its first `:part`. */
export function configPrefix(path: string): string {
  return path.slice(0, path.indexOf('/:') + 1);
}

function unknownNames(chosen: readonly string[]): readonly Problem[] {
  const names = Object.keys(bundledPolicies);
  return chosen
    .filter((name) => !names.includes(name))
    .map((name) => {
      const nearest = findNearest(name, names);
      const suggestion = nearest === undefined ? `they are ${names.join(', ')}` : `did you mean ${nearest}?`;
      return { where: '--policy', message: `no policy "${name}" comes with dockerops`, suggestion };
    });
}

function overridden(files: readonly PolicyFile[], bundled: readonly string[]): readonly string[] {
  return files
    .filter(({ name }) => bundled.includes(name))
    .map(({ name, file }) => `${file} is used instead of the policy ${name} that comes with dockerops`);
}

interface LoadResult {
  readonly policy?: LoadedPolicy;
  readonly problems: readonly Problem[];
}

async function loadOne(name: string, source: PolicySource, program: URL): Promise<LoadResult> {
  const origin = 'file' in source ? source.file : 'bundled';
  try {
    const worker = await PolicyWorker.open(program, { source });
    const { policy, problems } = described({ name, origin, worker });
    if (problems.length > 0) await worker[Symbol.asyncDispose]();
    return problems.length > 0 ? { problems } : { policy, problems };
  } catch (error) {
    const { message, where = origin } =
      error instanceof PolicyLoadFailed ? error.fault : { message: messageOf(error), where: origin };
    return { problems: [{ where, message: `the policy ${name} does not load: ${message}` }] };
  }
}

function described(policy: LoadedPolicy): LoadResult & { readonly policy: LoadedPolicy } {
  const { configSchema, etcdConfigPath } = policy.worker.exports;
  const problems: Problem[] = [];
  const attempt = <T>(member: string, read: () => T): T | undefined => {
    try {
      return read();
    } catch (error) {
      problems.push({ where: placeOf(policy.origin, member), message: messageOf(error) });
      return undefined;
    }
  };
  const schema = configSchema === undefined ? undefined : attempt('configSchema', () => ConfigSchema.of(configSchema));
  const path =
    etcdConfigPath === undefined
      ? undefined
      : attempt('etcdConfigPath', () => checkedPath(etcdConfigPath, configSchema !== undefined));
  return {
    policy: {
      ...policy,
      ...(schema === undefined ? {} : { schema }),
      ...(path === undefined ? {} : { etcdConfigPath: path }),
    },
    problems,
  };
}

function checkedPath(path: unknown, hasSchema: boolean): string {
  if (!hasSchema) throw new Error('etcdConfigPath needs a configSchema beside it');
  if (typeof path !== 'string' || !/^(\/[^/]+)+$/.test(path))
    throw new Error('etcdConfigPath must be a path such as /config/web/:service');
  const parts = path.split('/').slice(1);
  const names = parts.filter((part) => part.startsWith(':'));
  if (names.length === 0) throw new Error('etcdConfigPath has no part such as :service');
  if (parts[0]?.startsWith(':') === true) throw new Error('etcdConfigPath must begin with a part that is fixed');
  const wrong = names.find((part, index) => !/^:[a-zA-Z_]\w*$/.test(part) || names.indexOf(part) < index);
  if (wrong !== undefined) throw new Error(`etcdConfigPath has the part ${wrong}, which is no name or there twice`);
  return path;
}

/** The line of a file that exports the member; without one, the file. */
function placeOf(origin: string, member: string): string {
  if (origin === 'bundled') return origin;
  const lines = readBoundedText(origin).split('\n');
  const line = lines.findIndex((text) => text.includes(member));
  return line === -1 ? origin : `${origin}:${String(line + 1)}`;
}
