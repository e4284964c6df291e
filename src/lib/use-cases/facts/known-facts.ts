import { hostname } from 'node:os';
import type { EngineReader } from '../../engine/engine.ts';
import type { FindFacts } from '../../observe/observe.ts';
import type { EngineFacts } from '../../model/observed-state.ts';
import { parseJson } from '../../json.ts';
import type { Remembered } from '../../file-cache.ts';

/**
 * Gets the facts of a local engine from an earlier command, as long as its default bridge network is the same: an
 * engine that starts creates that anew. (With live-restore it may keep it although its version has changed, which
 * planning does not use.) To report its facts, an engine starts two programs, which takes longer than all its lists.
 * Commands that show the facts always ask.
 */
export function factsFinder(
  engine: Pick<EngineReader, 'address' | 'facts'>,
  cache: Remembered,
  ownHostname = hostname(),
): FindFacts {
  return async (networks) => {
    const bridge = networks.find(({ name }) => name === 'bridge');
    const isInSwarm = networks.some(({ name }) => name === 'ingress');
    if (!engine.address.startsWith('unix:') || bridge === undefined || isInSwarm) return engine.facts();
    let asked: EngineFacts | undefined;
    const ask = async (): Promise<string> => JSON.stringify((asked = await engine.facts()));
    const text = await cache.recall(
      `facts ${engine.address}`,
      { text: `v1 ${bridge.id} ${ownHostname}`, changed: 0 },
      ask,
    );
    cache.save();
    if (asked !== undefined) return asked;
    const facts = parseJson(text) as EngineFacts;
    // A host that was renamed, or an engine that joined a swarm, has other facts with the same bridge.
    return facts.hostname === ownHostname && facts.swarm === 'inactive' ? facts : engine.facts();
  };
}
