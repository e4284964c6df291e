import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { applierOn } from '../../src/lib/apply/open-engine.ts';
import type { Clock } from '../../src/lib/daemons/clock.ts';
import { openLog } from '../../src/lib/daemons/log.ts';
import { openPolicySet } from '../../src/lib/daemons/registrator/policy-set.ts';
import { Registrator } from '../../src/lib/daemons/registrator/registrator.ts';
import { readSettings, type ReadSettings } from '../../src/lib/daemons/registrator/settings.ts';
import type { KeySpace } from '../../src/lib/directories/key-space.ts';
import type { EngineReader } from '../../src/lib/engine/engine.ts';
import { observe } from '../../src/lib/observe/observe.ts';
import type { OpenEngine } from '../../src/lib/use-cases/open-engine.ts';
import { FakeEngine } from './fake-engine.ts';
import { facts } from './specs.ts';
import { plainContainer } from './plain-container.ts';

/** The program of the threads of policies, as it is in the source. */
export const policyProgram = new URL('../../src/lib/policies/worker.ts', import.meta.url);

/** A registrator in this process, with what a test needs of it. */
export interface RunningRegistrator {
  readonly registrator: Registrator;
  readonly engine: FakeEngine;
  /** As by SIGTERM. */
  stop(): Promise<void>;
}

export interface LabOptions {
  readonly name: string;
  readonly engine?: FakeEngine;
  readonly flags?: Readonly<Record<string, unknown>>;
  readonly environment?: Readonly<Record<string, string>>;
  readonly clock?: Clock;
  readonly logLevel?: string;
}

/** Registrators with policies of a temporary folder, engines in memory and a directory that the test gives. */
export class RegistratorLab implements AsyncDisposable {
  readonly directory: string;
  readonly #running: RunningRegistrator[] = [];

  private constructor(directory: string) {
    this.directory = directory;
  }

  static async open(): Promise<RegistratorLab> {
    return new RegistratorLab(await mkdtemp(join(tmpdir(), 'dops-test-registrator-')));
  }

  async write(name: string, text: string): Promise<string> {
    const file = join(this.directory, name);
    await writeFile(file, text);
    return file;
  }

  settings({ name, flags = {}, environment = {} }: LabOptions): ReadSettings {
    const own = { name, policies: this.directory, listen: 'off', ttl: '5s', ...flags };
    return readSettings({ flags: own, environment, once: false });
  }

  async openRegistrator(
    keys: KeySpace,
    options: LabOptions,
  ): Promise<{ registrator: Registrator; engine: FakeEngine }> {
    const read = this.settings(options);
    const { engine = new FakeEngine(), clock } = options;
    if (engine.images.size === 0) engine.addImage('web:1');
    const registrator = new Registrator({
      settings: read.settings,
      keys,
      set: await openPolicySet(read, policyProgram),
      reload: ({ configurations }) => openPolicySet(read, policyProgram, configurations.runs),
      openEngine: async () => openedOn(engine),
      log: openLog('registrator', options.logLevel ?? process.env['LOG_LEVEL'] ?? 'fatal'),
      ...(clock === undefined ? {} : { clock }),
    });
    return { registrator, engine };
  }

  async start(keys: KeySpace, options: LabOptions): Promise<RunningRegistrator> {
    const { registrator, engine } = await this.openRegistrator(keys, options);
    const over = new AbortController();
    const ended = registrator.run(over.signal);
    const running = {
      registrator,
      engine,
      stop: async () => {
        over.abort();
        await ended;
      },
    };
    this.#running.push(running);
    return running;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#running.map((running) => running.stop()));
    await rm(this.directory, { recursive: true });
  }
}

function openedOn(engine: FakeEngine): OpenEngine {
  const reader: EngineReader = engine;
  return {
    engine,
    owner: { kind: 'registrator', name: 'test' },
    baseImagesDirectory: '',
    tools: {
      observe: () => observe(reader),
      applier: applierOn(engine),
      client: facts.client,
      keys: undefined,
      images: undefined,
    },
  } as unknown as OpenEngine;
}

/** Creates and starts a container of the fake engine. */
export async function startContainer(
  engine: FakeEngine,
  name: string,
  environment: readonly string[] = [],
): Promise<string> {
  const { id } = await engine.createContainer(
    name,
    plainContainer('web:1', { hostname: name, command: ['sleep', '1000'], environment }),
  );
  await engine.startContainer(id);
  return id;
}
