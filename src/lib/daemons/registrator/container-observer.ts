import type { ContainerRow, EngineEvent, EngineReader } from '../../engine/engine.ts';
import { ignoreNotFound } from '../../errors.ts';
import { Limiter } from '../../limiter.ts';
import { isRecord } from '../document-reader.ts';
import type { ListedContainer } from '../reported-changes.ts';
import { isStopSignal } from './stop-signal.ts';

/** A container with the engine's inspect document, as JSON: as text it takes a fifth of the memory of its objects. */
export interface InspectedContainer {
  readonly id: string;
  readonly name: string;
  readonly document: string;
}

interface Known extends InspectedContainer {
  /** Its row in the list, as JSON. */
  readonly row: string;
}

const inspectWidth = 8;

/** Lists all containers in each pass, and inspects only those whose row has changed or that an event was about. */
export class ContainerObserver {
  readonly #drains: boolean;
  readonly #known = new Map<string, Known>();
  readonly #touched = new Set<string>();
  readonly #draining = new Set<string>();
  /** All containers as the engine listed them last. */
  listed: readonly ListedContainer[] = [];

  /** `drains`: a container whose stop has begun counts as gone. */
  constructor(drains: boolean) {
    this.#drains = drains;
  }

  /** Whether an event may make a difference. */
  note(event: EngineEvent): boolean {
    const { type, action, id, labels } = event;
    const container = type === 'network' ? labels['container'] : id;
    if (container === undefined) return false;
    this.#touched.add(container);
    if (action === 'start') this.#draining.delete(container);
    if (action !== 'kill') return true;
    if (!this.#drains || !isStopSignal(labels['signal'], this.#stopSignalOf(container))) return false;
    this.#draining.add(container);
    return true;
  }

  /** Everything may have changed; what was being stopped may have started again. */
  forget(): void {
    this.#draining.clear();
    for (const id of this.#known.keys()) this.#touched.add(id);
  }

  async observe(engine: EngineReader): Promise<readonly InspectedContainer[]> {
    const touched = new Set(this.#touched);
    this.#touched.clear();
    try {
      const rows = await engine.listContainers({ all: true });
      this.listed = rows;
      const limiter = new Limiter(inspectWidth);
      const found = await Promise.all(
        rows.map((row, rank) => limiter.run(rank, () => this.#inspect(engine, row, touched.has(row.id)))),
      );
      return this.#keep(found.filter((each) => each !== undefined));
    } catch (error) {
      for (const id of touched) this.#touched.add(id);
      throw error;
    }
  }

  /** Undefined: it was removed meanwhile. */
  async #inspect(engine: EngineReader, row: ContainerRow, isTouched: boolean): Promise<Known | undefined> {
    const { id, name } = row;
    const known = this.#known.get(id);
    // The status of the list counts seconds.
    const text = JSON.stringify({ ...row, status: '' });
    if (known?.row === text && !isTouched) return known;
    const document = await engine.inspectDocument(id).catch(ignoreNotFound);
    return document === undefined ? undefined : { id, name, row: text, document: JSON.stringify(document) };
  }

  #keep(found: readonly Known[]): readonly InspectedContainer[] {
    this.#known.clear();
    for (const each of found) this.#known.set(each.id, each);
    for (const id of this.#draining) if (!this.#known.has(id)) this.#draining.delete(id);
    return found.filter(({ id }) => !this.#draining.has(id));
  }

  #stopSignalOf(id: string): unknown {
    const document: unknown = JSON.parse(this.#known.get(id)?.document ?? '{}');
    const config = isRecord(document) ? document['Config'] : undefined;
    return isRecord(config) ? config['StopSignal'] : undefined;
  }
}
