import type { EventHub } from '../events/event-hub.ts';
import { eventPath } from '../events/event-sockets.ts';
import { eventTexts } from '../events/event-text.ts';
import type { Route } from '../http/route.ts';
import { refusals } from './refusals.ts';

/** Events for clients that speak HTTP; over WebSocket they are at the same path. */
export function eventRoutes(hub: EventHub): readonly Route[] {
  return [
    {
      method: 'GET',
      path: eventPath,
      summary: 'What happens, as Server-Sent Events, or over WebSocket. The data of each is a list of arguments.',
      errors: 'usual',
      query: { type: 'object', properties: { lastEventId: { type: 'string', description: 'as Last-Event-ID' } } },
      headers: {
        type: 'object',
        properties: { 'last-event-id': { type: 'string', description: 'what was missed since comes first' } },
      },
      answers: {
        200: 'service.create, service.modifyConfig, service.del, unit.add, unit.remove, deployment, job, or reset',
        ...refusals,
        503: '100 clients listen already',
      },
      handle: ({ headers, query, signal, stopping }) => {
        const lastId = headers['last-event-id'] ?? query['lastEventId'];
        const ends = AbortSignal.any([signal, stopping]);
        const events = hub.listen(typeof lastId === 'string' ? lastId : undefined, ends);
        return { lines: eventTexts(events), type: 'text/event-stream', headers: { 'x-accel-buffering': 'no' } };
      },
    },
  ];
}
