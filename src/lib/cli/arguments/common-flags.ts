import { Flags } from '@oclif/core';
import { UserError } from '../../errors.ts';

/** In seconds: Node's timers count no more milliseconds than 31 bits. */
export const longestWait = 2_147_483;

/** For commands that wait until instances are ready. */
export const wait = Flags.boolean({ allowNo: true, default: true, description: 'wait until all are ready' });

/** For commands that run instances. */
export const locked = Flags.boolean({
  allowNo: true,
  description:
    'use only the images of dockerops.lock, and build and pull none; default for instance_type=master where there is ' +
    'a lock: see docs/promotion.md',
});

export function builtAndLocked(): UserError {
  return new UserError('--build builds images, and --locked uses those that were built', {
    code: 'WRONG_USAGE',
    suggestions: ['to build them and lock them again: dockerops build all --lock'],
  });
}

export const keepOld = Flags.boolean({
  description: 'keep the containers that are replaced, stopped, until the next run that succeeds',
});

export const timeout = Flags.integer({
  min: 1,
  max: longestWait,
  helpValue: 'SECONDS',
  description:
    'longest wait for an instance to be ready; default: 60, after start_period and interval of a healthcheck; ' +
    '600 for "wait": "completed"',
});

export const force = Flags.boolean({ char: 'f', description: 'do not ask for confirmation' });

/** For commands that run a program in a container; words after `--` are the other way to give one. */
export const command = Flags.string({
  char: 'c',
  helpValue: 'COMMAND',
  description: 'command line for sh, instead of words after --',
});

export const user = Flags.string({
  char: 'u',
  helpValue: 'NAME',
  description: "user to run as; default: the image's user",
});
