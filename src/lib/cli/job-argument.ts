import { Args } from '@oclif/core';

export const jobArgument = Args.string({ required: true, description: 'id or name of the job' });
