import { putArchive, putFiles, readArchive } from './archive/archives.ts';
import { buildImage } from './stream/build-image.ts';
import * as containers from './containers.ts';
import type { ClientEnvironment } from './connection/docker-context.ts';
import { readFacts } from './engine-facts.ts';
import type { Engine, EngineReader, EngineSessions, EngineWriter } from './engine.ts';
import { watchEvents } from './stream/event-stream.ts';
import { attach } from './stream/attach.ts';
import { exec } from './stream/exec.ts';
import { openExec } from './stream/exec-session.ts';
import type { Connection } from './connection/connection.ts';
import { loadImages, pullImage, saveImages } from './stream/image-transfers.ts';
import * as images from './images.ts';
import { readLogs, readServiceLogs, readTaskLogs } from './stream/logs.ts';
import { readUsage } from './usage.ts';
import * as networks from './networks.ts';
import { RegistryCredentials } from './connection/registry-credentials.ts';
import { listNodes } from './swarm/nodes.ts';
import * as swarm from './swarm/swarm-services.ts';
import { listTasks } from './swarm/tasks.ts';

/** The interfaces of engine.ts on the Docker Engine API. Without state, but for names in messages. */
export function createDockerEngine(connection: Connection, client: ClientEnvironment): Engine {
  return { ...createReader(connection), ...createSessions(connection), ...createWriter(connection, client) };
}

export function createReader(connection: Connection): EngineReader {
  return {
    address: connection.address,
    facts: () => readFacts(connection),
    listContainers: (query) => containers.listContainers(connection, query),
    inspectContainer: (id) => containers.inspectContainer(connection, id),
    readUsage: (id) => readUsage(connection, id),
    inspectDocument: (id) => containers.inspectDocument(connection, id),
    listNetworks: (labels) => networks.listNetworks(connection, labels),
    listVolumes: (labels) => networks.listVolumes(connection, labels),
    listImages: (labels) => images.listImages(connection, labels),
    findImage: (reference) => images.findImage(connection, reference),
    imageHistory: (reference) => images.imageHistory(connection, reference),
    saveImages: (references) => saveImages(connection, references),
    listSwarmServices: (labels) => swarm.listSwarmServices(connection, labels),
    findSwarmService: (idOrName) => swarm.findSwarmService(connection, idOrName),
    listNodes: () => listNodes(connection),
    listTasks: (query) => listTasks(connection, query),
    serviceLogs: (id, query) => readServiceLogs(connection, id, query),
    taskLogs: (id, query) => readTaskLogs(connection, id, query),
    logs: (id, query) => readLogs(connection, id, query),
    events: (labels, signal, actions) => watchEvents(connection, labels, signal, actions),
    readArchive: (id, path) => readArchive(connection, id, path),
  };
}

export function createSessions(connection: Connection): EngineSessions {
  return {
    exec: (id, request, limitMs, signal) => exec(connection, id, request, limitMs, signal),
    openExec: (id, request) => openExec(connection, id, request),
    attach: (id, tty) => attach(connection, id, tty),
  };
}

export function createWriter(connection: Connection, client: ClientEnvironment): EngineWriter {
  const credentials = new RegistryCredentials(client);
  return {
    createNetwork: (request) => networks.createNetwork(connection, request),
    removeNetwork: (id) => networks.removeNetwork(connection, id),
    createVolume: (request) => networks.createVolume(connection, request),
    removeVolume: (name) => networks.removeVolume(connection, name),
    createContainer: (name, config) => containers.createContainer(connection, name, config),
    putFiles: (id, files, volumes) => putFiles(connection, id, files, volumes),
    putArchive: (id, path, archive) => putArchive(connection, id, path, archive),
    startContainer: (id) => containers.startContainer(connection, id),
    pauseContainer: (id) => containers.pauseContainer(connection, id),
    unpauseContainer: (id) => containers.unpauseContainer(connection, id),
    stopContainer: (id, seconds) => containers.stopContainer(connection, id, seconds),
    renameContainer: (id, name) => containers.renameContainer(connection, id, name),
    setRestartPolicy: (id, restart) => containers.setRestartPolicy(connection, id, restart),
    removeContainer: (id, options) => containers.removeContainer(connection, id, options),
    waitContainer: (id, signal) => containers.waitContainer(connection, id, signal),
    buildImage: (request) => buildImage(connection, credentials, request),
    loadImages: (archive, onLine) => loadImages(connection, archive, onLine),
    pullImage: (reference, options) => pullImage(connection, credentials, reference, options),
    removeImage: (reference) => images.removeImage(connection, reference),
    createSwarmService: (name, config, placement, login) =>
      swarm.createSwarmService(connection, credentials, name, config, placement, login),
    updateSwarmService: (id, version, name, config, placement) =>
      swarm.updateSwarmService(connection, credentials, id, version, name, config, placement),
    removeSwarmService: (id) => swarm.removeSwarmService(connection, id),
  };
}
