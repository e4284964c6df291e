/**
 * The program of a worker thread: loads one policy and calls it with one container after the other. It is a file of its
 * own, since threads are started from files.
 */
import { fileURLToPath, pathToFileURL } from 'node:url';
import { inspect } from 'node:util';
import { parentPort, workerData } from 'node:worker_threads';
import { readAnswer } from './answer.ts';
import { bundledPolicies } from './bundled/bundled.ts';
import { freeze, policyContainer } from './container-view.ts';
import type { Policy } from './policy.ts';
import { stripTypesElsewhere } from './typescript-files.ts';
import type { AnswerMessage, CallMessage, LoadMessage, PolicyFault, WorkerStart } from './worker-messages.ts';

const { source } = workerData as WorkerStart;
/** What the policy has logged since the last answer. */
let warnings: string[] = [];

/** A policy has no other way to say something; what it logs is reported with its container. */
function captureConsole(): void {
  const log = (...values: readonly unknown[]): void => {
    const text = values.map((value) => (typeof value === 'string' ? value : inspect(value))).join(' ');
    if (warnings.length < 20) warnings.push(text.slice(0, 1000));
  };
  for (const name of ['debug', 'info', 'log', 'warn', 'error'] as const) console[name] = log;
}

async function load(): Promise<object> {
  if ('bundled' in source) return bundledPolicies[source.bundled] ?? {};
  stripTypesElsewhere();
  return (await import(pathToFileURL(source.file).href)) as object;
}

function faultOf(error: unknown): PolicyFault {
  const message =
    error instanceof Error ? `${error.name === 'Error' ? '' : `${error.name}: `}${error.message}` : textOf(error);
  const where = 'file' in source ? placeIn(source.file, error) : undefined;
  return { message, ...(where === undefined ? {} : { where }) };
}

function textOf(thrown: unknown): string {
  return `threw ${inspect(thrown, { depth: 0, breakLength: Infinity }).slice(0, 200)}`;
}

/** The topmost line of the policy's own file in the stack; a syntax error has its line above the stack. */
function placeIn(file: string, error: unknown): string {
  const stack = error instanceof Error ? (error.stack ?? '') : '';
  for (const [, path = '', line = '', column] of stack.matchAll(
    /(?<=[\s(])(file:\/\/[^\s)]+?|\/[^\s():]+):(\d+)(?::(\d+))?/g,
  )) {
    const place = path.startsWith('file:') ? fileURLToPath(path) : path;
    if (place === file) return [file, line, ...(column === undefined ? [] : [column])].join(':');
  }
  return file;
}

async function answer(policy: Policy<unknown>, self: object, call: CallMessage): Promise<AnswerMessage> {
  warnings = [];
  try {
    const given = policy.call(self, policyContainer(JSON.parse(call.document), call.host), freeze(call.config));
    const keys = readAnswer(await given, call.reserved);
    return { keys, warnings };
  } catch (error) {
    return { fault: faultOf(error), warnings };
  }
}

async function main(): Promise<void> {
  const port = parentPort;
  if (port === null) throw new TypeError('this file is the program of a worker thread');
  const reply = (message: LoadMessage | AnswerMessage): void => port.postMessage(message);
  captureConsole();
  try {
    const exports = (await load()) as Readonly<Record<string, unknown>>;
    const { container, configSchema, etcdConfigPath } = exports;
    if (typeof container !== 'function') throw new TypeError('it does not export a function "container"');
    port.on('message', (call: CallMessage) => void answer(container as Policy<unknown>, exports, call).then(reply));
    reply({ loaded: { configSchema, etcdConfigPath } });
  } catch (error) {
    reply({ fault: faultOf(error) });
  }
}

void main();
