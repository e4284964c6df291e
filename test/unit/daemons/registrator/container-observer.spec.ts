import { expect } from 'chai';
import { ContainerObserver } from '../../../../src/lib/daemons/registrator/container-observer.ts';
import { isStopSignal } from '../../../../src/lib/daemons/registrator/stop-signal.ts';
import type { EngineEvent } from '../../../../src/lib/engine/engine.ts';
import { FakeEngine } from '../../../support/fake-engine.ts';
import { startContainer } from '../../../support/registrator-lab.ts';

describe('the observer of containers', () => {
  let engine: FakeEngine;
  let ids: readonly string[];

  beforeEach(async () => {
    engine = new FakeEngine();
    engine.addImage('web:1');
    ids = [await startContainer(engine, 'one'), await startContainer(engine, 'two')];
  });
  const calls = (): readonly string[] => engine.calls.splice(0).map(({ method }) => method);
  const event = (action: string, id: string, labels: Readonly<Record<string, string>> = {}): EngineEvent => ({
    type: 'container',
    action,
    id,
    labels,
    time: 0,
  });

  it('lists in each pass, and inspects only what has changed', async () => {
    const observer = new ContainerObserver(false);
    calls();
    const first = await observer.observe(engine);
    expect(calls()).to.deep.equal(['listContainers', 'inspectDocument', 'inspectDocument']);
    const second = await observer.observe(engine);
    expect(calls()).to.deep.equal(['listContainers']);
    expect(second.map(({ document }) => document)).to.deep.equal(first.map(({ document }) => document));
    await engine.renameContainer(ids[0]!, 'renamed');
    calls();
    expect((await observer.observe(engine)).map(({ name }) => name)).to.deep.equal(['renamed', 'two']);
    expect(calls()).to.deep.equal(['listContainers', 'inspectDocument']);
    observer.note(event('update', ids[1]!));
    const touched = await observer.observe(engine);
    expect(calls()).to.deep.equal(['listContainers', 'inspectDocument']);
    expect(touched[1]?.document).to.equal(first[1]?.document);
  });

  it('leaves out what was removed between list and inspection', async () => {
    const observer = new ContainerObserver(false);
    const list = engine.listContainers.bind(engine);
    engine.listContainers = async (query) => {
      const rows = await list(query);
      engine.containers.delete(ids[0]!);
      return rows;
    };
    expect((await observer.observe(engine)).map(({ name }) => name)).to.deep.equal(['two']);
  });

  it('with drain, leaves out what is being stopped, until it starts again', async () => {
    const observer = new ContainerObserver(true);
    await observer.observe(engine);
    expect(observer.note(event('kill', ids[0]!, { signal: '1' }))).to.equal(false);
    expect(await observer.observe(engine)).to.have.length(2);
    expect(observer.note(event('kill', ids[0]!, { signal: '15' }))).to.equal(true);
    expect((await observer.observe(engine)).map(({ name }) => name)).to.deep.equal(['two']);
    observer.note(event('start', ids[0]!));
    expect(await observer.observe(engine)).to.have.length(2);
  });

  it('with drain, has a container again when its start was missed', async () => {
    const observer = new ContainerObserver(true);
    await observer.observe(engine);
    observer.note(event('kill', ids[0]!, { signal: '15' }));
    observer.forget();
    expect(await observer.observe(engine)).to.have.length(2);
  });
});

describe('the signal that stops a container', () => {
  it('is its own, or SIGKILL', () => {
    const cases: readonly (readonly [string, unknown, boolean])[] = [
      ['15', undefined, true],
      ['SIGTERM', undefined, true],
      ['9', 'SIGINT', true],
      ['15', 'SIGINT', false],
      ['2', 'INT', true],
      ['2', '2', true],
      ['37', 'SIGRTMIN+3', true],
      ['1', undefined, false],
    ];
    for (const [signal, stop, expected] of cases)
      expect(isStopSignal(signal, stop), `${signal} ${String(stop)}`).to.equal(expected);
    expect(isStopSignal(undefined, undefined)).to.equal(false);
  });
});
