import type { CheckSpec } from '../../model/service-entry.ts';
import { parseSeconds } from '../../project/conf/quantities.ts';
import type { DocumentPart } from '../document-reader.ts';
import { readCommand } from './service-command.ts';

const kinds = ['http', 'tcp', 'ttl', 'script'] as const;
const keys = [...kinds, 'name', 'interval', 'timeout'] as const;
type Kind = (typeof kinds)[number];
type Members = Readonly<Record<(typeof keys)[number], DocumentPart>>;
type Times = { readonly intervalSeconds: number; readonly timeoutSeconds: number };

const targets = {
  http: { form: /^(?:https?:\/\/\S+|\/\S*)$/, like: '"/health" (on the first tcp port) or "http://host:8080/health"' },
  tcp: { form: /^(?:[^\s:]+:\d+|\d+)$/, like: '8080 (the port in the container) or "host:8080"' },
};

/** A check of a service: exactly one of `http`, `tcp`, `ttl` and `script`, with a name and times. */
export function readCheck(part: DocumentPart): CheckSpec | undefined {
  const members = part.members(keys);
  const [kind, ...others] = kinds.filter((each) => members[each].isPresent);
  if (kind === undefined || others.length > 0) return part.fail('a check has one of "http", "tcp", "ttl" or "script"');
  const name = members.name.text();
  const common = name === undefined ? {} : { name };
  const times = readTimes(members, kind);
  if (kind === 'ttl') return { ...common, kind, ttlSeconds: readSeconds(members.ttl, 'ttl', 30) };
  if (kind === 'script') {
    const command = readScript(members.script);
    return command === undefined ? undefined : { ...common, ...times, kind, command };
  }
  const target = readTarget(members[kind], kind);
  return target === undefined ? undefined : { ...common, ...times, kind, target };
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

function readSeconds(part: DocumentPart, key: string, usual: number): number {
  const { value } = part;
  if (!part.isPresent) return usual;
  const seconds = typeof value === 'number' || typeof value === 'string' ? parseSeconds(value) : undefined;
  if (seconds !== undefined && seconds >= 1 && seconds <= 86_400) return seconds;
  part.fail(`${key} is ${JSON.stringify(value)}; it must be a time from 1s to 24h`, 'write it like "10s" or "1m30s"');
  return usual;
}
