import { expect } from 'chai';
import { DockeropsError } from '../../../../src/lib/errors.ts';
import { findRunning } from '../../../../src/lib/use-cases/inspect/find-instance.ts';
import { instanceLabels } from '../../../../src/lib/plan/instance/instance-labels.ts';
import { FakeEngine } from '../../../support/fake-engine.ts';
import { spec } from '../../../support/specs.ts';
import { seenPlatform } from '../observed-project.ts';
import { plainContainer } from '../../../support/plain-container.ts';

/** A project with the service web, and created containers of others. */
async function complaint(service: string, ...created: readonly string[]): Promise<readonly unknown[]> {
  const engine = new FakeEngine();
  engine.addImage('demo/any:latest');
  const opened = seenPlatform({ 'services/web/Dockerfile': 'FROM debian:12\n' }, {}, engine);
  for (const name of created) {
    const labels = Object.fromEntries(
      Object.entries(instanceLabels(spec(name, 'one'), opened.owner)).map(([key, text]) => [key, text.join('')]),
    );
    await engine.createContainer(`demo-${name}-one`, plainContainer('demo/any', { labels }));
  }
  const thrown = await findRunning(opened, { service }, async () => '').catch((error: unknown) => error);
  if (!(thrown instanceof DockeropsError)) throw thrown;
  return [thrown.code, thrown.message, thrown.suggestions[0]];
}

describe('the running instance that is meant', () => {
  it('is of no service that there is not', async () => {
    expect(await complaint('wbe')).to.deep.equal([
      'UNKNOWN_SERVICE',
      'there is no service "wbe" in this project',
      'did you mean "web"?',
    ]);
  });

  it('may be of a service that left the project, as long as there is something of it', async () => {
    expect(await complaint('gone', 'gone')).to.deep.equal([
      'NOT_RUNNING',
      'no instance of gone is running (nothing in this project is running)',
      'dockerops start:gone,instance=one',
    ]);
  });

  it('of a pattern runs nothing that there is not', async () => {
    expect(await complaint('g*')).to.deep.equal([
      'NO_INSTANCE',
      'no instance of this project matches g*',
      'dockerops ps:all',
    ]);
    expect((await complaint('g*', 'gone'))[2]).to.equal('dockerops start:gone,instance=one');
  });

  it('is not running: what to run', async () => {
    expect(await complaint('web')).to.deep.equal([
      'NOT_RUNNING',
      'no instance of web is running (nothing in this project is running)',
      'dockerops run:web',
    ]);
  });
});
