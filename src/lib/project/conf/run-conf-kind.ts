import { validate } from '../../../generated/run-conf-validator.ts';
import { runConfSchema } from './run-conf-schema.ts';
import type { ConfKind } from './schema-problems.ts';
import { validatorOf } from './validation.ts';

export const runConfKind: ConfKind = {
  schema: runConfSchema,
  validate: validatorOf(validate),
  nameOfPart: () => 'this entry',
  example: '[{ "service": "…" }, …]',
  replacements: {
    extra_args:
      'use the keys for what it did: "volumes", "ports", "env_vars", "devices", "cap_add", "mem_limit", "cpus", ' +
      '"ulimits", "tmpfs", "extra_hosts", "sysctls", "user", "init", "read_only"',
    environment: 'did you mean "env_vars"?',
    command: 'did you mean "seed_command"?',
    entrypoint: 'entrypoints are part of the image, in /entrypoints; to run another command use "seed_command"',
    build: 'the folder services/<service> is built; for values of ARG use "build_args"',
    networks: 'a project has one network; to use that of the host write "network_mode": "host"',
  },
};
