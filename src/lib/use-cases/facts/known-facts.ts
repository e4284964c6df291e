import { hostname } from 'node:os';
import type { EngineReader } from '../../engine/engine.ts';
import type { FindFacts } from '../../observe/observe.ts';
import type { EngineFacts } from '../../model/observed-state.ts';
import type { Remembered } from '../../file-cache.ts';

/**
 * Facts of an engine on this machine, from an earlier command where its networks tell that they still hold: an engine
 * that starts makes its default bridge anew (one with live-restore may keep it, and change its version, which planning
 * does not use), and one in a swarm has a network for that. Asked for its facts, an engine starts two programs, which
 * takes longer than all its lists. Not for who shows facts.
 */
export function factsFinder(
  engine: Pick<EngineReader, 'address' | 'facts'>,
  remembered: Remembered,
  ownHostname = hostname(),
): FindFacts {
  return async (networks) => {
    const bridge = networks.find(({ name }) => name === 'bridge');
    const isInSwarm = networks.some(({ name }) => name === 'ingress');
    if (!engine.address.startsWith('unix:') || bridge === undefined || isInSwarm) return engine.facts();
    let asked: EngineFacts | undefined;
    const ask = async (): Promise<string> => JSON.stringify((asked = await engine.facts()));
    const text = await remembered.recall(
      `facts ${engine.address}`,
      { text: `v1 ${bridge.id} ${ownHostname}`, changed: 0 },
      ask,
    );
    remembered.save();
    if (asked !== undefined) return asked;
    const facts = JSON.parse(text) as EngineFacts;
    // Another machine may be renamed without a trace here.
    return facts.hostname === ownHostname && facts.swarm === 'inactive' ? facts : engine.facts();
  };
}
