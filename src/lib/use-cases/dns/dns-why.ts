import { UserError } from '../../errors.ts';
import type { DnsWhy } from '../../directories/dns-answers.ts';
import type { EngineSessions } from '../../engine/engine.ts';
import { openDns } from './dns-directory.ts';
import { listInstances } from '../inspect/find-instance.ts';
import type { OpenProject } from '../open-project.ts';

/** What a name resolves to inside an instance. */
interface ObservedInside {
  readonly instance: string;
  /** Absent: the image has no program to look it up. */
  readonly addresses?: readonly string[];
  /** Whether these are the addresses that the DNS has. */
  readonly agrees: boolean;
}

export interface Explanation extends DnsWhy {
  readonly from?: ObservedInside;
}

/** Who claims a name, who wins and why. `from`: key of an instance in which the name is also resolved. */
export async function explainName(opened: OpenProject, name: string, from: string | undefined): Promise<Explanation> {
  const directory = await openDns(opened);
  const why = await directory.why(name);
  if (from === undefined) return why;
  const running = await listInstances(opened.engine, opened.owner, true);
  const asked = running.find(({ ownership }) => ownership?.key === from);
  if (asked === undefined) {
    const keys = running.map(({ ownership }) => ownership?.key ?? '').join(', ');
    throw new UserError(`no instance ${from} is running (running: ${keys})`, {
      code: 'NOT_RUNNING',
      suggestions: ['name it as dockerops ps does: SERVICE-INSTANCE'],
    });
  }
  const addresses = await resolveInside(opened.engine, asked.id, name);
  const agrees = addresses !== undefined && [...addresses].sort().join(' ') === [...why.addresses].sort().join(' ');
  return { ...why, from: { instance: from, agrees, ...(addresses === undefined ? {} : { addresses }) } };
}

const limitMs = 15_000;
const noProgram = 127;
const script = `
  if command -v getent >/dev/null 2>&1; then getent ahosts "$1"
  elif command -v nslookup >/dev/null 2>&1; then nslookup "$1"
  else exit 127; fi`;

/** Uses the resolver of the instance. Undefined if the image has no shell, or no program to look it up. */
async function resolveInside(
  engine: EngineSessions,
  container: string,
  name: string,
): Promise<readonly string[] | undefined> {
  const { exitCode, stdout } = await engine.exec(container, { command: ['sh', '-c', script, 'sh', name] }, limitMs);
  // 126: the engine found no sh.
  return exitCode === noProgram || exitCode === noProgram - 1 ? undefined : parseAnswer(stdout);
}

/** Parses lines of getent (`10.1.2.3  STREAM demo`), or of nslookup, whose first address is that of the server. */
export function parseAnswer(text: string): readonly string[] {
  const isNslookup = /^Server:/m.test(text);
  const lines = (isNslookup ? text.slice(Math.max(0, text.search(/^Name:/m))) : text).split('\n');
  const pattern = isNslookup ? /^Address(?:es| \d+)?:\s*([\da-fA-F.:]+)(?:\s|$)/ : /^([\da-fA-F.:]+)\s/;
  const found = isNslookup && !/^Name:/m.test(text) ? [] : lines.flatMap((line) => pattern.exec(line)?.[1] ?? []);
  return [...new Set(found)];
}
