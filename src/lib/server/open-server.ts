import { definedOnly } from '../defined.ts';
import { openLog, type Log } from '../daemons/log.ts';
import type { InvocationContext } from '../use-cases/invocation.ts';
import { openEngine } from '../use-cases/open-engine.ts';
import { PageFiles } from './page/page-files.ts';
import { Server } from './server.ts';
import type { ReadSettings } from './settings.ts';
import { JobStore } from './store/job-store.ts';
import { ServiceStore } from './store/service-store.ts';
import { openDatabase } from './store/open-database.ts';
import { relayToken } from './balancer/relay-token.ts';

export interface OpenServer {
  /** Until the signal aborts. */
  run(signal: AbortSignal): Promise<void>;
}

interface ServerProgram {
  readonly version: string;
  readonly logLevel: string;
  /** Of the web page as it was built. */
  readonly pageDirectory: string;
}

/** A server with its store open; it has not asked the engine yet. */
export async function openServer(
  { settings, notices }: ReadSettings,
  context: InvocationContext,
  { version, logLevel, pageDirectory }: ServerProgram,
): Promise<OpenServer> {
  const log = openLog('serve', logLevel);
  const { database, shared } = await openDatabase(settings, log);
  for (const notice of notices) log.warn(notice);
  const { signal: _signal, ...invocation } = context;
  const stores = { store: new JobStore(database), services: new ServiceStore(database) };
  const token = (): Promise<string> => relayToken(database);
  const page = findPage(pageDirectory, log);
  const parts = { settings, version, ...stores, relayToken: token, log, ...definedOnly({ shared, page }) };
  const server = new Server({ ...parts, openEngine: () => openEngine(invocation) });
  return {
    run: async (signal) => {
      try {
        await server.run(signal);
      } finally {
        database.close();
      }
    },
  };
}

/** The API works without it. */
function findPage(directory: string, log: Log): PageFiles | undefined {
  try {
    return new PageFiles(directory);
  } catch (error) {
    log.warn({ directory, reason: String(error) }, 'the web page is not built: there is nothing at /');
    return undefined;
  }
}
