import type { Deployment, Host, Job, JournalEntry, Service, Unit } from './documents.ts';

/** All that the page shows of the server, each list as it was read last. Undefined: not read yet. */
export interface Snapshot {
  readonly services?: readonly Service[];
  readonly hosts?: readonly Host[];
  readonly units?: readonly Unit[];
  /** Newest first. */
  readonly deployments?: readonly Deployment[];
  /** Newest first; undefined also where the server runs no jobs. */
  readonly jobs?: readonly Job[];
  /** Oldest first. */
  readonly journal?: readonly JournalEntry[];
}

export interface SeenEvent {
  readonly at: number;
  readonly event: string;
  /** What it is about: a unit, a service, a deployment or a job. */
  readonly subject: string;
  readonly service?: string;
  readonly detail: string;
}

/** Times are milliseconds since 1970. */
export interface PageState {
  readonly data: Snapshot;
  readonly isLive: boolean;
  /** When the server was heard last. */
  readonly heardAt: number;
  /** While it is lost: when it is asked again. */
  readonly nextTryAt?: number;
  /** Why hosts and units are not known now, in the server's words. */
  readonly engineProblem?: string;
  /** Units that have gone, by name, with the time; their boxes stay for a moment. */
  readonly leaving: ReadonlyMap<string, { readonly unit: Unit; readonly at: number }>;
  /** Newest first, bounded. */
  readonly events: readonly SeenEvent[];
  readonly eventCount: number;
}

interface StreamEvent {
  readonly event: string;
  readonly args: readonly unknown[];
}

export type Action =
  | { readonly kind: 'read'; readonly data: Snapshot; readonly now: number; readonly engineProblem?: string }
  | { readonly kind: 'event'; readonly event: StreamEvent; readonly now: number }
  | { readonly kind: 'lost'; readonly nextTryAt: number }
  | { readonly kind: 'tick'; readonly now: number };

/** How long a box stays after its unit has gone. */
export const leavingMs = 5000;
const keptEvents = 500;
const keptDeployments = 500;

export const emptyState: PageState = {
  data: {},
  isLive: false,
  heardAt: 0,
  leaving: new Map(),
  events: [],
  eventCount: 0,
};

/** The state after something has happened. Lists that have not changed stay the same objects. */
export function reduce(state: PageState, action: Action): PageState {
  switch (action.kind) {
    case 'read':
      return afterRead(state, action);
    case 'event':
      return afterEvent(state, action.event, action.now);
    case 'lost':
      return { ...state, isLive: false, nextTryAt: action.nextTryAt };
    case 'tick':
      return withoutOldBoxes(state, action.now);
  }
}

type Read = Extract<Action, { kind: 'read' }>;

function afterRead({ nextTryAt: _next, engineProblem: _problem, ...state }: PageState, read: Read): PageState {
  const { data, now, engineProblem } = read;
  const units = data.units;
  const left = units === undefined ? state.leaving : leavingAfter(state, units, now);
  return {
    ...state,
    data: { ...state.data, ...data },
    isLive: true,
    heardAt: now,
    leaving: left,
    ...(engineProblem === undefined ? {} : { engineProblem }),
  };
}

/** Those that were there before and are not now, and those that left a moment ago and have not come back. */
function leavingAfter(state: PageState, units: readonly Unit[], now: number): PageState['leaving'] {
  const here = new Set(units.map(({ name }) => name));
  const gone = (state.data.units ?? []).filter(({ name }) => !here.has(name));
  const kept = [...state.leaving].filter(([name, { at }]) => !here.has(name) && now - at < leavingMs);
  return new Map([...gone.map((unit) => [unit.name, { unit, at: now }] as const), ...kept]);
}

function withoutOldBoxes(state: PageState, now: number): PageState {
  const kept = [...state.leaving].filter(([, { at }]) => now - at < leavingMs);
  return kept.length === state.leaving.size ? state : { ...state, leaving: new Map(kept) };
}

function afterEvent(state: PageState, event: StreamEvent, now: number): PageState {
  const data = dataAfter(state.data, event);
  const leaving = data.units === undefined ? state.leaving : leavingAfter(state, data.units, now);
  const seen = event.event === 'reset' ? [] : [seenEvent(event, now)];
  return {
    ...state,
    data,
    leaving,
    heardAt: now,
    isLive: true,
    events: [...seen, ...state.events].slice(0, keptEvents),
    eventCount: state.eventCount + seen.length,
  };
}

/** What an event says of itself; the rest comes with the next read. */
function dataAfter(data: Snapshot, { event, args }: StreamEvent): Snapshot {
  const [first] = args;
  if (event === 'deployment') {
    const others = data.deployments ?? [];
    return { ...data, deployments: inPlace(others, first as Deployment).slice(0, keptDeployments) };
  }
  if (event === 'job') return { ...data, jobs: inPlace(data.jobs ?? [], first as Job) };
  if (event === 'unit.add') return { ...data, units: withUnit(data.units ?? [], first as Unit) };
  if (event === 'unit.remove') return { ...data, units: (data.units ?? []).filter(({ name }) => name !== first) };
  if (event === 'service.del') return { ...data, services: (data.services ?? []).filter(({ name }) => name !== first) };
  return data;
}

/** Where it was, else first: these lists begin with the newest. */
function inPlace<T extends { readonly id: string }>(list: readonly T[], one: T): readonly T[] {
  const isKnown = list.some(({ id }) => id === one.id);
  return isKnown ? list.map((other) => (other.id === one.id ? one : other)) : [one, ...list];
}

function withUnit(units: readonly Unit[], unit: Unit): readonly Unit[] {
  return [...units.filter(({ name }) => name !== unit.name), unit].sort(inOrder);
}

/** By service, version and number: never by state, so that a box has its place. */
export function inOrder(a: Unit, b: Unit): number {
  return compare(a.service, b.service) || a.version - b.version || a.instance - b.instance;
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

function seenEvent({ event, args }: StreamEvent, at: number): SeenEvent {
  const [first] = args;
  if (typeof first === 'string') {
    const service = event === 'unit.remove' ? first.replace(/-\d+-\d+$/, '') : first;
    return { at, event, subject: first, service, detail: '' };
  }
  if (event === 'deployment') {
    const { service, version, state, error = '' } = first as Deployment;
    return { at, event, subject: `${service} version ${version}`, service, detail: [state, error].join(' ').trim() };
  }
  if (event === 'job') {
    const { name, state, error = '' } = first as Job;
    return { at, event, subject: name, detail: [state, error].join(' ').trim() };
  }
  const { name = '', service } = (first ?? {}) as Partial<Unit>;
  return { at, event, subject: name, service: service ?? name, detail: '' };
}
