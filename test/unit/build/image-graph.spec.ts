import { expect } from 'chai';
import * as fc from 'fast-check';
import { imageGraph } from '../../../src/lib/build/image-graph.ts';
import type { ImageSpec } from '../../../src/lib/model/desired.ts';

function image(service: string, ...parents: string[]): ImageSpec {
  return {
    reference: `demo/${service}`,
    service,
    parents,
    source: { kind: 'folder', directory: `/p/${service}`, dockerfile: 'Dockerfile', buildArgs: {} },
  };
}

function levelsText(images: readonly ImageSpec[]): string {
  return imageGraph(images)
    .levels.map((level) => level.map(({ service }) => service).join(' '))
    .join(' | ');
}

describe('the image graph', () => {
  it('puts parents before children and everything else in order of names', () => {
    expect(
      levelsText([
        image('z', 'demo/base:latest'),
        image('a', 'demo/z', 'debian:12'),
        image('base', 'debian'),
        image('b'),
      ]),
    ).to.equal('b base | z | a');
  });

  it('does not depend on the order in which images are given', () => {
    const images = ['a', 'b', 'c', 'd', 'e'].map((name, index, all) =>
      image(name, ...all.slice(0, index).map((parent) => `demo/${parent}`)),
    );
    fc.assert(
      fc.property(fc.shuffledSubarray(images, { minLength: images.length }), (shuffled) => {
        expect(levelsText(shuffled)).to.equal('a | b | c | d | e');
      }),
    );
  });

  it('names a cycle by its path, once, and places what does not depend on it', () => {
    const graph = imageGraph([
      image('a', 'demo/c'),
      image('b', 'demo/a'),
      image('c', 'demo/b'),
      image('d', 'demo/a'),
      image('e'),
    ]);
    expect(graph.order.map(({ service }) => service)).to.deep.equal(['e']);
    expect(graph.problems).to.deep.equal([
      {
        where: '/p/a/Dockerfile',
        message: 'images are built on each other: demo/a -> demo/c -> demo/b -> demo/a',
        suggestion: 'change one of these FROM lines',
      },
    ]);
  });

  it('finds an image that is built on itself', () => {
    expect(imageGraph([image('a', 'demo/a')]).problems[0]?.message).to.equal(
      'images are built on each other: demo/a -> demo/a',
    );
  });

  it('tells every parent that only the project could make and does not', () => {
    const { problems } = imageGraph([
      image('a', 'demo/gone', 'debian:12', 'other/thing'),
      image('b', 'dockerops/dockerops-base-ubuntu14.04'),
    ]);
    expect(problems.map(({ message, suggestion }) => `${message}; ${String(suggestion)}`)).to.deep.equal([
      'demo/a is built on demo/gone, which nothing here makes; ' +
        'add a service folder gone with a Dockerfile, or name another image in FROM',
      'demo/b is built on dockerops/dockerops-base-ubuntu14.04, which nothing here makes; ' +
        'write `FROM dockerops/dockerops-base`',
    ]);
  });
});
