import { Flags } from '@oclif/core';

/** In seconds: Node's timers count no more milliseconds than 31 bits. */
export const longestWait = 2_147_483;

/** For commands that wait until instances are ready. */
export const wait = Flags.boolean({ allowNo: true, default: true, description: 'wait until all are ready' });

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
