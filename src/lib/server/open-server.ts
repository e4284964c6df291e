import { definedOnly } from '../defined.ts';
import { openLog } from '../daemons/log.ts';
import type { InvocationContext } from '../use-cases/invocation.ts';
import { openEngine } from '../use-cases/open-engine.ts';
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

/** A server with its store open; it has not asked the engine yet. */
export async function openServer(
  { settings, notices }: ReadSettings,
  context: InvocationContext,
  { version, logLevel }: { readonly version: string; readonly logLevel: string },
): Promise<OpenServer> {
  const log = openLog('serve', logLevel);
  const { database, shared } = await openDatabase(settings, log);
  for (const notice of notices) log.warn(notice);
  const { signal: _signal, ...invocation } = context;
  const stores = { store: new JobStore(database), services: new ServiceStore(database) };
  const token = (): Promise<string> => relayToken(database);
  const parts = { settings, version, ...stores, relayToken: token, log, ...definedOnly({ shared }) };
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
