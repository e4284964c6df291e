import type { EngineReader } from './engine.ts';

/** The engine with nothing but its reading calls, so that a dry run cannot change anything even by mistake. */
export function readerOf(engine: EngineReader): EngineReader {
  return {
    address: engine.address,
    facts: () => engine.facts(),
    listContainers: (query) => engine.listContainers(query),
    inspectContainer: (id) => engine.inspectContainer(id),
    listNetworks: (labels) => engine.listNetworks(labels),
    listVolumes: (labels) => engine.listVolumes(labels),
    listImages: (labels) => engine.listImages(labels),
    findImage: (reference) => engine.findImage(reference),
    listSwarmServices: (labels) => engine.listSwarmServices(labels),
    logs: (id, query) => engine.logs(id, query),
    events: (labels, signal, actions) => engine.events(labels, signal, actions),
    readArchive: (id, path) => engine.readArchive(id, path),
  };
}
