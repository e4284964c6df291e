import { forEachSwitch, instanceTypes } from '../../../switches.ts';
import { maxReplicas } from '../replicas.ts';
import { boolean, pairs, string } from './schema.ts';

const sentence = (words: string): string => `${words.charAt(0).toUpperCase()}${words.slice(1)}.`;

/** Which instance an entry is, from which image, and its switches. */
export const instanceKeys = {
  service: string('Name of a folder in services/ or of a base service. With "image" it can be any name.', {
    examples: ['web'],
  }),
  instance: {
    type: ['string', 'null'],
    description: 'Name of the instance. null: one instance with a generated name.',
    examples: ['one'],
  },
  replicas: {
    type: 'integer',
    minimum: 0,
    maximum: maxReplicas,
    description: 'In place of "instance": this many instances, named 1, 2, 3, ….',
    examples: [3],
  },
  instance_type: string(
    "Set of default switches. Default: the instance's name if it is one of these types, else standard.",
    { enum: instanceTypes },
  ),
  ...forEachSwitch((_, { does }) => boolean(sentence(does))),
  group: string('Group of the entry, for run:group=… and clean:group=….'),
  autostart: boolean('false: run:all does not start it.'),
  autorun: boolean('Another name of autostart.'),
  hostname: string('Host name inside the container. The DNS name does not depend on it.'),
  image: string('Image of a registry, for a service without a folder.', { examples: ['postgres:17'] }),
  platform: string('Platform of the image.', { examples: ['linux/arm64'] }),
  build_args: {
    type: 'object',
    description: 'Values for ARG in the Dockerfile.',
    additionalProperties: { type: ['string', 'number'] },
  },
  target: string('Stage of the Dockerfile that is the image. Default: the last.', { examples: ['production'] }),
  labels: pairs('Labels of the container.', { examples: [{ team: 'web' }] }),
} as const;
