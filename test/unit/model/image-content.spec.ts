import { expect } from 'chai';
import fc from 'fast-check';
import { imageContent, type ImageParts, shortContent } from '../../../src/lib/model/image-content.ts';

const texts = fc.array(fc.string(), { maxLength: 3 });
const parts: fc.Arbitrary<ImageParts> = fc.record({
  os: fc.constantFrom('linux', 'windows'),
  architecture: fc.constantFrom('amd64', 'arm64'),
  layers: fc.array(fc.constantFrom('sha256:a', 'sha256:b', 'sha256:c'), { minLength: 1, maxLength: 3 }),
  entrypoint: texts,
  command: texts,
  environment: texts,
  user: fc.string(),
  workingDirectory: fc.string(),
  exposedPorts: fc.uniqueArray(fc.constantFrom('80/tcp', '53/udp', '443/tcp')),
  volumes: fc.uniqueArray(fc.constantFrom('/data', '/var/lib/x', '/srv')),
  stopSignal: fc.constantFrom('', 'SIGTERM', 'SIGINT'),
  healthTest: fc.constantFrom([], ['NONE'], ['CMD', 'true']),
  healthNumbers: fc.dictionary(fc.constantFrom('Interval', 'Timeout', 'Retries'), fc.nat(3)),
  labels: fc.dictionary(fc.string(), fc.string()),
});

/** The same in another order, as far as the order means nothing. */
function reordered(image: ImageParts): ImageParts {
  const turned = <T>(record: Readonly<Record<string, T>>): Record<string, T> =>
    Object.fromEntries(Object.entries(record).reverse());
  return {
    ...(turned({ ...image }) as unknown as ImageParts),
    exposedPorts: image.exposedPorts.toReversed(),
    volumes: image.volumes.toReversed(),
    labels: turned(image.labels),
    healthNumbers: { StartInterval: 0, ...turned(image.healthNumbers) },
  };
}

describe('the content of an image', () => {
  it('is the same in whatever order an engine gives its members, and whether or not it names zeros', () => {
    fc.assert(
      fc.property(parts, (image) => {
        expect(imageContent(reordered(image))).to.equal(imageContent(image));
      }),
    );
  });

  it('is another one as soon as anything that it is made from differs', () => {
    fc.assert(
      fc.property(
        parts,
        parts,
        fc.constantFrom(...(Object.keys(plain) as (keyof ImageParts)[])),
        (image, other, key) => {
          const changed = { ...image, [key]: other[key] };
          const same = JSON.stringify(normal(changed)) === JSON.stringify(normal(image));
          expect(imageContent(changed) === imageContent(image)).to.equal(same);
        },
      ),
    );
  });

  it('depends on the order of layers, variables and words', () => {
    const swapped = (key: 'layers' | 'environment' | 'entrypoint' | 'command'): void => {
      const [one, two] = [
        { ...plain, [key]: ['a', 'b'] },
        { ...plain, [key]: ['b', 'a'] },
      ];
      expect(imageContent(one), key).not.to.equal(imageContent(two));
    };
    for (const key of ['layers', 'environment', 'entrypoint', 'command'] as const) swapped(key);
  });

  it('cannot be told without layers, operating system or architecture', () => {
    expect(imageContent({ ...plain, layers: [] })).to.equal(undefined);
    expect(imageContent({ ...plain, os: '' })).to.equal(undefined);
    expect(imageContent({ ...plain, architecture: '' })).to.equal(undefined);
  });

  it('stays the same in later versions, as files and labels have it', () => {
    const content = 'sha256:ead46201a57e8248d57f83888629f70ad92898ebbbde9355a94e0ada5da0932a';
    expect(imageContent(plain)).to.equal(content);
    expect(shortContent(content)).to.equal(content.slice(7, 19));
  });
});

const plain: ImageParts = {
  os: 'linux',
  architecture: 'amd64',
  layers: ['sha256:0123'],
  entrypoint: ['/entrypoint.sh'],
  command: [],
  environment: ['PATH=/bin'],
  user: '',
  workingDirectory: '/srv',
  exposedPorts: ['80/tcp'],
  volumes: [],
  stopSignal: 'SIGTERM',
  healthTest: ['CMD', 'true'],
  healthNumbers: { Interval: 30e9 },
  labels: { 'dockerops.base': 'debian12' },
};

function normal(image: ImageParts): unknown {
  const sorted = (record: object): unknown => Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1));
  const numbers = Object.fromEntries(Object.entries(image.healthNumbers).filter(([, value]) => value !== 0));
  return sorted({
    ...image,
    exposedPorts: image.exposedPorts.toSorted(),
    volumes: image.volumes.toSorted(),
    labels: sorted(image.labels),
    healthNumbers: sorted(numbers),
  });
}
