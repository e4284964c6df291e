import { EventHub } from '../../src/lib/server/events/event-hub.ts';
import { EventSockets } from '../../src/lib/server/events/event-sockets.ts';
import { Guard } from '../../src/lib/server/http/guard.ts';
import { systemClock } from '../../src/lib/daemons/clock.ts';
import { Listeners } from '../../src/lib/server/listeners.ts';
import type { JobServer } from './job-server.ts';
import { openTestApp, type TestAppOptions } from './test-app.ts';

/** The test application on a port of its own, with WebSocket. */
export class ListeningApp {
  readonly url: string;
  readonly token = 'secret-token';
  readonly events: EventHub;
  readonly #close: () => Promise<void>;

  private constructor(url: string, events: EventHub, close: () => Promise<void>) {
    this.url = url;
    this.events = events;
    this.#close = close;
  }

  static async open(jobs: JobServer, options: TestAppOptions = {}): Promise<ListeningApp> {
    const events = new EventHub();
    const stop = new AbortController();
    const guard = new Guard({ token: 'secret-token', origins: [], now: () => 0 });
    const app = await openTestApp(jobs, { ...options, events, guard, stopping: stop.signal });
    const sockets = new EventSockets({ hub: events, guard, signal: stop.signal });
    const listeners = new Listeners((request, response) => {
      app.routing(request, response);
    }, sockets);
    const url = await listeners.open({ host: '127.0.0.1', port: 0 });
    return new ListeningApp(url, events, async () => {
      stop.abort();
      await listeners.close(1000, systemClock);
      await app.close();
    });
  }

  close(): Promise<void> {
    return this.#close();
  }
}
