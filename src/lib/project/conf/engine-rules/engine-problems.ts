import { isIP } from 'node:net';
import { findNearest } from '../../../did-you-mean.ts';
import type { Problem } from '../../../errors.ts';
import { parseBytes } from '../quantities.ts';
import { placeIn, type RunConfEntry } from '../run-conf-entry.ts';
import { durationFindings } from './duration-findings.ts';
import { type Finding, isRecord, listOf, textsOf } from './finding.ts';
import { kernelFindings } from './kernel-findings.ts';
import { architectures, capabilities, limits, signals, systems } from './known-words.ts';

/**
 * Values that every engine refuses, or only the kernel when the container starts. They are found here, before anything
 * is planned. Values of a wrong type are left to the schema.
 */
export function engineProblems(entry: RunConfEntry): readonly Problem[] {
  return [
    ...signalFindings(entry),
    ...capabilityFindings(entry),
    ...memoryFindings(entry),
    ...limitFindings(entry),
    ...platformFindings(entry),
    ...tmpfsFindings(entry),
    ...hostFindings(entry),
    ...durationFindings(entry),
    ...kernelFindings(entry),
  ].map(([path, complaint]) => ({ where: placeIn(entry, path), ...complaint }));
}

function signalFindings({ values: { stop_signal: signal } }: RunConfEntry): readonly Finding[] {
  if (typeof signal !== 'string') return [];
  const name = signal.replace(/^SIG/, '');
  const offset = /^RTM(?:IN\+|AX-)(\d{1,2})$/.exec(name)?.[1];
  const number = /^\d{1,2}$/.test(name) ? Number(name) : undefined;
  const isKnown = number === undefined ? signals.has(name) : number >= 1 && number <= 64;
  if (isKnown || (offset !== undefined && Number(offset) <= 15)) return [];
  return [['stop_signal', { message: `${signal} is not a signal`, ...meant(name, signals, 'SIG') }]];
}

function capabilityFindings({ values }: RunConfEntry): readonly Finding[] {
  return (['cap_add', 'cap_drop'] as const).flatMap((key) =>
    listOf(values[key]).flatMap((text, index): readonly Finding[] => {
      const name = text.toUpperCase().replace(/^CAP_/, '');
      if (capabilities.has(name)) return [];
      const complaint = { message: `${text} is not a capability of Linux`, ...meant(name, capabilities) };
      return [[`${key}.${String(index)}`, complaint]];
    }),
  );
}

/** An engine starts no container with less. */
const leastMemory = 6 * 1024 ** 2;
/** The engine counts processors in hundredths, at least. */
const leastCpus = 0.01;
/** More than any kernel is built for. */
const mostCpus = 8192;

function memoryFindings({ values: { mem_limit: memory, cpus } }: RunConfEntry): readonly Finding[] {
  const bytes = typeof memory === 'string' || typeof memory === 'number' ? parseBytes(memory) : undefined;
  const count = typeof cpus === 'string' || typeof cpus === 'number' ? Number(cpus) : undefined;
  const isLow = bytes !== undefined && bytes > 0 && bytes < leastMemory;
  const isOff = count !== undefined && count > 0 && (count < leastCpus || count > mostCpus);
  return [
    ...(isLow
      ? [['mem_limit', { message: `"mem_limit" is ${String(memory)}; the engine needs 6m at least` }] as const]
      : []),
    ...(isOff
      ? [['cpus', { message: `"cpus" is ${String(cpus)}; it must be between 0.01 and the host's number` }] as const]
      : []),
  ];
}

function limitFindings({ values: { ulimits } }: RunConfEntry): readonly Finding[] {
  if (!isRecord(ulimits)) return [];
  return Object.entries(ulimits).flatMap(([name, limit]): readonly Finding[] => {
    const path = `ulimits.${name}`;
    if (!limits.has(name)) return [[path, { message: `${name} is not a limit of processes`, ...meant(name, limits) }]];
    if (!isRecord(limit)) return [];
    const { soft, hard } = limit;
    if (typeof soft !== 'number' || typeof hard !== 'number' || hard === -1) return [];
    if (soft !== -1 && soft <= hard) return [];
    const words = `the soft limit ${String(soft)} of ${name} is above its hard limit ${String(hard)}`;
    return [[path, { message: words, suggestion: 'the hard limit is the highest that a process may choose' }]];
  });
}

function platformFindings({ values: { platform } }: RunConfEntry): readonly Finding[] {
  if (typeof platform !== 'string') return [];
  const [first = '', second, variant, ...rest] = platform.toLowerCase().split('/');
  const isKnown = second === undefined ? systems.has(first) || architectures.has(first) : systems.has(first);
  const isWhole = [second, variant].every((word) => word === undefined || /^[a-z0-9_.-]+$/.test(word));
  if (isKnown && isWhole && rest.length === 0) return [];
  const suggestion = 'write it like "linux/amd64" or "linux/arm/v7"';
  return [['platform', { message: `"${platform}" is not a platform`, suggestion }]];
}

function tmpfsFindings({ values: { tmpfs } }: RunConfEntry): readonly Finding[] {
  const isOne = typeof tmpfs === 'string';
  return (isOne ? [tmpfs] : listOf(tmpfs)).flatMap((text, index): readonly Finding[] => {
    const [path = ''] = text.split(':');
    const where = isOne ? 'tmpfs' : `tmpfs.${String(index)}`;
    if (!path.startsWith('/'))
      return [[where, { message: `tmpfs "${path}" is not an absolute path`, suggestion: `write "/${text}"` }]];
    return /^\/[./]*$/.test(path) ? [[where, { message: 'a tmpfs cannot be the root directory' }]] : [];
  });
}

function hostFindings({ values: { extra_hosts: hosts } }: RunConfEntry): readonly Finding[] {
  if (Array.isArray(hosts))
    return listOf(hosts).flatMap((line, index) => {
      const [, name, address] = /^([^:=]+)[:=](.*)$/.exec(line) ?? [];
      const isRight = name !== undefined && address !== undefined && isAddress(address);
      return isRight ? [] : [hostFinding(`extra_hosts.${String(index)}`, line)];
    });
  if (!isRecord(hosts)) return [];
  return textsOf(hosts).flatMap(([name, address]) =>
    name !== '' && isAddress(address) ? [] : [hostFinding(`extra_hosts.${name}`, `${name}:${address}`)],
  );
}

function isAddress(text: string): boolean {
  return text === 'host-gateway' || isIP(text.replace(/^\[(.*)\]$/, '$1')) !== 0;
}

function hostFinding(path: string, line: string): Finding {
  const suggestion = 'write it like "name:192.0.2.1", "name:2001:db8::1" or "name:host-gateway"';
  return [path, { message: `"${line}" is not a name with an address`, suggestion }];
}

function meant(word: string, known: ReadonlySet<string>, prefix = ''): Pick<Problem, 'suggestion'> {
  const nearest = findNearest(word, [...known]);
  return nearest === undefined ? {} : { suggestion: `did you mean "${prefix}${nearest}"?` };
}
