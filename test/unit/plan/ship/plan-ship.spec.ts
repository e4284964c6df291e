import { expect } from 'chai';
import type { OperationOf } from '../../../../src/lib/plan/operation.ts';
import { planShip, type ImageToShip, type ShipTarget } from '../../../../src/lib/plan/ship/plan-ship.ts';
import { project } from '../../../support/specs.ts';

const image = (reference: string, content: string, layers: string): ImageToShip => ({
  reference,
  content: `sha256:${content.padEnd(64, '0')}`,
  platform: 'linux/amd64',
  layers: [...layers],
  layerBytes: new Map([...layers].map((id, index) => [id, 100 * (index + 1)])),
});

const target = (change: Partial<ShipTarget> = {}): ShipTarget => ({
  name: 'oak',
  engine: {
    id: 'OAK',
    hostname: 'oak',
    version: '20.10.24',
    apiVersion: '1.41',
    os: 'linux',
    architecture: 'amd64',
    swarm: 'inactive',
    imageStore: 'layers',
    dataDirectory: '/var/lib/docker',
  },
  contents: new Map(),
  layers: [],
  ...change,
});

describe('a plan to send images', () => {
  const sends = (images: readonly ImageToShip[], to: ShipTarget): readonly OperationOf<'send-image'>[] =>
    planShip(project, images, to).operations.filter(
      (one): one is OperationOf<'send-image'> => one.kind === 'send-image',
    );

  it('sends what is not there, and what is another one there, and nothing else', () => {
    const [a, b, c] = [
      image('demo/a:latest', 'a', 'x'),
      image('demo/b:latest', 'b', 'y'),
      image('demo/c:latest', 'c', 'z'),
    ];
    const { verdicts, operations } = planShip(
      project,
      [a, b, c],
      target({
        contents: new Map([
          ['demo/a:latest', a.content],
          ['demo/b:latest', `sha256:${'f'.repeat(64)}`],
        ]),
      }),
    );
    expect(verdicts.map(({ key, verdict, reason }) => `${key} ${verdict} ${reason}`)).to.deep.equal([
      'demo/a:latest keep the same there',
      'demo/b:latest send ffffffffffff there, 100 bytes to send',
      'demo/c:latest send not there, 100 bytes to send',
    ]);
    expect(operations.map(({ id }) => id)).to.deep.equal([
      'lock',
      'send demo/b:latest',
      'send demo/c:latest',
      'unlock',
    ]);
  });

  it('leaves out the layers that are there by then: also those of images that are sent before', () => {
    const [first, second] = sends(
      [image('demo/a:latest', 'a', 'xyz'), image('demo/b:latest', 'b', 'xyw')],
      target({ layers: [['x']] }),
    );
    expect(first)
      .to.include({ bytes: 500 })
      .and.to.deep.include({ layersThere: ['x'] });
    expect(second)
      .to.include({ bytes: 300 })
      .and.to.deep.include({ layersThere: ['x', 'y'] });
    expect(second?.needs).to.include(first?.id);
  });

  it('sends whole images to an engine with the store of containerd', () => {
    const { engine } = target();
    const [only] = sends(
      [image('demo/a:latest', 'a', 'xy')],
      target({ engine: { ...engine, imageStore: 'containerd' }, layers: [['x', 'y']] }),
    );
    expect(only).to.include({ bytes: 300 }).and.to.deep.include({ layersThere: [] });
  });

  it('does not begin when the host has another architecture or too little space', () => {
    const { engine } = target();
    const { blockers } = planShip(
      project,
      [image('demo/a:latest', 'a', 'x')],
      target({ engine: { ...engine, architecture: 'arm64' }, freeBytes: 109 }),
    );
    expect(blockers).to.deep.equal([
      {
        subject: 'demo/a:latest',
        message: 'image demo/a:latest is for linux/amd64, and host oak is linux/arm64',
        suggestions: ['build it for that host: dockerops build:all,platform=linux/arm64'],
      },
      {
        subject: 'oak',
        message: 'host oak has 109 bytes free in /var/lib/docker, and the images need 110 bytes',
        suggestions: ['see what uses it, on oak: docker system df; free some there: docker image prune'],
      },
    ]);
    expect(planShip(project, [image('demo/a:latest', 'a', 'x')], target({ freeBytes: 111 })).blockers).to.deep.equal(
      [],
    );
  });
});
