import { definedOnly } from '../../defined.ts';
import type { CheckSpec } from '../../model/service-entry.ts';
import { parseSeconds } from '../../project/conf/quantities.ts';
import type { DocumentPart } from '../document-reader.ts';
import { readCommand } from './service-command.ts';

const targetKinds = ['http', 'tcp', 'ttl', 'script', 'args'] as const;
const keys = [...targetKinds, 'name', 'interval', 'timeout', 'deregister_critical_service_after'] as const;
type Key = (typeof targetKinds)[number];
type Kind = CheckSpec['kind'];
type Members = Readonly<Record<(typeof keys)[number], DocumentPart>>;
type Times = { readonly intervalSeconds: number; readonly timeoutSeconds: number };

const targets = {
  http: { form: /^(?:https?:\/\/\S+|\/\S*)$/, like: '"/health" (on the first tcp port) or "http://host:8080/health"' },
  tcp: { form: /^(?:[^\s:]+:\d+|\d+)$/, like: '8080 (the port in the container) or "host:8080"' },
};

/**
 * A check of a service: exactly one of `http`, `tcp`, `ttl` and `script` (for Consul: `args`), with a name and times.
 * Consul has more keys than these: they are warnings.
 */
export function readCheck(part: DocumentPart): CheckSpec | undefined {
  const members = part.members(keys, 'warnings');
  const [key, ...others] = targetKinds.filter((each) => members[each].isPresent);
  if (key === undefined || others.length > 0)
    return part.fail('a check has one of "http", "tcp", "ttl", "script" or "args"');
  const kind = kindOf(key);
  const common = readCommon(members);
  const times = readTimes(members, kind);
  if (kind === 'ttl') return { ...common, kind, ttlSeconds: readSeconds(members.ttl, 'ttl', 30) };
  if (kind === 'script') {
    const command = readScript(members[key]);
    return command === undefined ? undefined : { ...common, ...times, kind, command };
  }
  const target = readTarget(members[kind], kind);
  return target === undefined ? undefined : { ...common, ...times, kind, target };
}

function kindOf(key: Key): Kind {
  return key === 'args' ? 'script' : key;
}

function readCommon(members: Members): Pick<CheckSpec, 'name' | 'deregisterAfterSeconds'> {
  const after = members.deregister_critical_service_after;
  return definedOnly({
    name: members.name.text(),
    deregisterAfterSeconds: after.isPresent
      ? readSeconds(after, 'deregister_critical_service_after', 0, 365 * 24)
      : undefined,
  });
}

function readTimes({ interval, timeout }: Members, kind: Kind): Times {
  const intervalSeconds = readSeconds(interval, 'interval', 10);
  const timeoutSeconds = readSeconds(timeout, 'timeout', kind === 'script' ? Math.min(5, intervalSeconds) : 5);
  if (kind === 'script' && timeoutSeconds > intervalSeconds) {
    const reason = 'the next run would be due before the end of this one';
    timeout.fail(`timeout is longer than interval (${String(intervalSeconds)} s): ${reason}`);
  }
  return { intervalSeconds, timeoutSeconds };
}

function readScript(part: DocumentPart): readonly string[] | undefined {
  const command = readCommand(part);
  return command?.length === 0 ? part.fail('the command is empty') : command;
}

function readTarget(part: DocumentPart, kind: 'http' | 'tcp'): string | undefined {
  const text = kind === 'tcp' && typeof part.value === 'number' ? String(part.value) : part.text();
  if (text === undefined || targets[kind].form.test(text)) return text;
  return part.fail(`"${text}" is nothing that a ${kind} check can ask`, `write ${targets[kind].like}`);
}

function readSeconds(part: DocumentPart, key: string, usual: number, maxHours = 24): number {
  const { value } = part;
  if (!part.isPresent) return usual;
  const seconds = typeof value === 'number' || typeof value === 'string' ? parseSeconds(value) : undefined;
  if (seconds !== undefined && seconds >= 1 && seconds <= maxHours * 3600) return seconds;
  const range = `a time from 1s to ${String(maxHours)}h`;
  part.fail(`${key} is ${JSON.stringify(value)}; it must be ${range}`, 'write it like "10s" or "1m30s"');
  return usual;
}
