import { expect } from 'chai';
import { EventHub } from '../../../../src/lib/server/events/event-hub.ts';
import { eventTexts } from '../../../../src/lib/server/events/event-text.ts';
import { HttpError } from '../../../../src/lib/server/http/http-error.ts';

describe('the events of the server', () => {
  let hub: EventHub;
  let stop: AbortController;
  beforeEach(() => {
    [hub, stop] = [new EventHub(), new AbortController()];
  });
  afterEach(() => {
    stop.abort();
  });

  const listen = (lastId?: string) => hub.listen(lastId, stop.signal);
  const next = async (events: ReturnType<typeof listen>) => {
    const { value } = (await events.next()) as { value?: { id: string; event: string; args: readonly unknown[] } };
    if (value === undefined) throw new Error('there are no more events');
    return value;
  };

  it('reach each listener from the moment on that it listens', async () => {
    hub.emit('unit.add', ['before']);
    const listeners = [listen(), listen()];
    hub.emit('service.del', ['api']);
    hub.emit('service.modifyConfig', ['api', {}]);
    for (const events of listeners) {
      expect(await next(events)).to.deep.include({ event: 'service.del', args: ['api'] });
      expect(await next(events)).to.deep.include({ event: 'service.modifyConfig', args: ['api', {}] });
    }
  });

  it('come while a listener waits', async () => {
    const events = listen();
    const first = next(events);
    hub.emit('job', [1]);
    expect(await first).to.deep.include({ event: 'job', args: [1] });
  });

  it('that were missed come again after the last one that a listener had', async () => {
    const before = listen();
    for (const name of ['one', 'two', 'three']) hub.emit('service.del', [name]);
    const { id } = await next(before);
    const events = listen(id);
    expect([(await next(events)).args, (await next(events)).args]).to.deep.equal([['two'], ['three']]);
    const current = listen((await next(listen(id))).id);
    expect((await next(current)).args).to.deep.equal(['three']);
  });

  it('begin with a reset when those that were missed are not known any more', async () => {
    const before = listen();
    hub.emit('job', [0]);
    const { id } = await next(before);
    for (let number = 1; number <= 1001; number += 1) hub.emit('job', [number]);
    for (const lastId of [id, 'nonsense', '00000000-1', id.replace(/\d+$/, '99999')]) {
      const events = listen(lastId);
      const reset = await next(events);
      expect([reset.event, reset.args], lastId).to.deep.equal(['reset', []]);
      hub.emit('job', ['new']);
      expect((await next(events)).args).to.deep.equal(['new']);
    }
  });

  it('are fewer when they are large', async () => {
    const before = listen();
    hub.emit('job', [0]);
    const { id } = await next(before);
    for (let number = 1; number <= 20; number += 1) hub.emit('service.create', ['x'.repeat(2 ** 20)]);
    expect((await next(listen(id))).event).to.equal('reset');
    hub.emit('job', [1]);
    const last = await next(before);
    expect(last.event).to.equal('reset');
    hub.emit('job', [2]);
    expect((await next(before)).args).to.deep.equal([2]);
  });

  it('are the last 1,000', async () => {
    const before = listen();
    hub.emit('job', [0]);
    const { id } = await next(before);
    for (let number = 1; number <= 1000; number += 1) hub.emit('job', [number]);
    expect(await next(listen(id))).to.deep.include({ event: 'job', args: [1] });
    hub.emit('job', ['one more']);
    expect(await next(listen(id))).to.deep.include({ event: 'reset' });
  });

  it('tell a listener that falls behind to read all anew, and go on from there', async () => {
    const events = listen();
    hub.emit('job', ['first']);
    expect((await next(events)).args).to.deep.equal(['first']);
    for (let number = 0; number <= 1000; number += 1) hub.emit('job', [number]);
    expect((await next(events)).event).to.equal('reset');
    hub.emit('job', ['last']);
    expect((await next(events)).args).to.deep.equal(['last']);
  });

  it('end with the signal, and have a place for 100 listeners', async () => {
    const all = Array.from({ length: 100 }, () => listen());
    const waiting = all[0]?.next();
    expect(() => listen())
      .to.throw(HttpError, '100 clients listen already')
      .with.property('status', 503);
    stop.abort();
    expect(await waiting).to.deep.include({ done: true });
    stop = new AbortController();
    expect(() => listen()).not.to.throw();
  });

  it('are texts with id, event and data, and comments while nothing happens', async () => {
    const texts = eventTexts(listen(), 1);
    expect((await texts.next()).value).to.equal(':\n\n');
    hub.emit('service.del', ['api\n']);
    let text = String((await texts.next()).value);
    while (text === ':\n\n') text = String((await texts.next()).value);
    expect(text).to.match(/^id: [0-9a-f]{8}-1\nevent: service\.del\ndata: \["api\\n"\]\n\n$/);
    stop.abort();
    let last = await texts.next();
    while (last.done !== true) last = await texts.next();
  });
});
