import fc from 'fast-check';
import { parseWords } from '../../src/lib/cli/arguments/option-string.ts';
import { parseMoment } from '../../src/lib/cli/arguments/parse-time.ts';
import { rewriteArguments } from '../../src/lib/cli/arguments/rewrite-arguments.ts';
import { mergeDesired } from '../../src/lib/daemons/operator/desired-state.ts';
import { resolveSettings } from '../../src/lib/daemons/operator/settings.ts';
import { parseDockerignore } from '../../src/lib/engine/archive/dockerignore.ts';
import { dockerConfig } from '../../src/lib/engine/connection/docker-config.ts';
import { registryOf } from '../../src/lib/engine/connection/registry-credentials.ts';
import { canonicalReference, isImageReference } from '../../src/lib/image-reference.ts';
import { parseSpecLabel } from '../../src/lib/model/labelled-spec.ts';
import { maskPasswords } from '../../src/lib/model/secret-text.ts';
import { readComposeProject } from '../../src/lib/project/compose/compose-project.ts';
import { importCompose } from '../../src/lib/project/compose/import-compose.ts';
import { parseEnvFile } from '../../src/lib/project/conf/env-file.ts';
import { parseHostConf } from '../../src/lib/project/conf/host-conf.ts';
import { parseBytes, parseSeconds } from '../../src/lib/project/conf/quantities.ts';
import { parseRequiredVariables } from '../../src/lib/project/conf/required-variables.ts';
import { parseRunConf } from '../../src/lib/project/conf/run-conf.ts';
import { parseDockerfile } from '../../src/lib/project/dockerfile/dockerfile.ts';
import { parseVolume } from '../../src/lib/project/resolve/container/volume-text.ts';
import { parseLink } from '../../src/lib/project/resolve/network/link-pattern.ts';
import { parsePort } from '../../src/lib/project/resolve/network/port-text.ts';
import { splitWords } from '../../src/lib/shell-words.ts';
import { shapes } from '../unit/cli/arguments/shapes.ts';
import { engineAnswers, readEngineAnswer } from './engine-answers.ts';
import { dataOf, jsonOf, linesOf, runConf, wordsOf } from './generators.ts';

/** A parser, and the texts that it is given. */
export interface Target {
  readonly name: string;
  readonly texts: fc.Arbitrary<string>;
  /** May return a promise. */
  readonly parse: (text: string) => unknown;
}

const entries = fc.array(dataOf(runConf.keys, runConf.values), { maxLength: 4 });
const composeKeys =
  'services web build context dockerfile dockerfile_inline args image environment ports volumes env_file depends_on ' +
  'condition healthcheck test interval secrets networks deploy resources limits cpus memory command profiles links ' +
  'entrypoint ulimits labels restart extra_hosts sysctls tmpfs x-a file';
const operatorKeys =
  'node consul loop wait metadata prefix listen address verbose services image ports env restart tags checks volumes ' +
  'command labels name script http interval timeout scheme token ca_file';
const image = wordsOf(['redis', ':', '7', '/', 'registry:5000', '@sha256:', 'a'.repeat(64), '-', '_', '.']);
const options = wordsOf(['run', ':', 'web', ',', 'instance=', '"', "'", '\\', 'force', '=', 'True', '--no-', '-']);
const quantity = wordsOf(['1', '.', '5', 'm', 'ms', 's', 'h', 'k', 'g', 'b', ' ', '-', '2026-01-31', 'T14:00:00Z']);
const place = {
  name: 'demo',
  directory: '/srv/demo',
  servicesDirectory: '/srv/demo/services',
  baseImagesDirectory: '/base',
  dataDirectory: '/data',
  notices: [],
};

export const targets: readonly Target[] = [
  { name: 'run.conf', texts: jsonOf(entries), parse: (text) => parseRunConf('run.conf', text) },
  {
    name: 'host.conf',
    texts: jsonOf(dataOf(['last_conf', 'DB_PASSWORD', 'SERVICE_IP'])),
    parse: (text) => parseHostConf('host.conf', text),
  },
  {
    name: 'required_env_vars.json',
    texts: jsonOf(dataOf(['A', 'DB_PASSWORD'])),
    parse: (text) => parseRequiredVariables('required_env_vars.json', text),
  },
  {
    name: 'env_file',
    texts: linesOf(['A=', 'export B =', '"', "C='", 'D="', '#', ''], ['x', '"', "'", '\\', '#', ' ', '\\n']),
    parse: (text) => parseEnvFile('.env', text),
  },
  {
    name: 'Dockerfile',
    texts: linesOf(
      ['FROM ', 'ARG ', 'ENV ', 'EXPOSE ', 'COPY ', 'RUN ', '#UDP_EXPOSE ', '# escape=`', 'HEALTHCHECK ', 'A'],
      ['x', 'AS', 'A', 'A=$A$A', '${A:-b}', '--from=0', '--mount=from=a', '<<A', '80', '1-65535', '53/udp', '\\'],
    ),
    parse: (text) => parseDockerfile('Dockerfile', text, { constructor: '1' }),
  },
  {
    name: '.dockerignore',
    texts: linesOf(['', '!', '#', '**/', ' '], ['*', '**', '?', '[a-z]', '[^', '/', '..', 'a', '\\', '*a*']),
    parse: (text) => parseDockerignore(text).ignores(`${'a'.repeat(200)}/b/${'ab'.repeat(50)}`),
  },
  {
    name: 'compose file',
    texts: fc.oneof(
      jsonOf(dataOf(composeKeys.split(' '), ['80:80', './a:/b', '${A:-b}', 'on-failure:3'])),
      jsonOf(
        dataOf(composeKeys.split(' '), ['80:80', './a:/b', '${A:?b}']).map((web) => ({ services: { web, db: web } })),
      ),
      linesOf(
        ['services:', '  web:', '    image: ', '    - ', '      &a ', '      *a', '<<: ', '? '],
        ['x', ': ', '{'],
      ),
    ),
    parse: (text) =>
      importCompose(
        readComposeProject('compose.yaml', text, () => text),
        {
          variables: {},
          hasFile: () => true,
          readFile: () => text,
        },
      ),
  },
  {
    name: 'operator.json',
    texts: jsonOf(dataOf(operatorKeys.split(' '), ['5m', 'off', '127.0.0.1:8000'])),
    parse: (text) => resolveSettings({ flags: {}, environment: {}, file: { name: 'operator.json', text } }),
  },
  {
    name: 'value of a key',
    texts: fc.oneof(jsonOf(dataOf(operatorKeys.split(' '), ['redis:7', '80:80', '/a:/b'])), image),
    parse: (value) => mergeDesired('nodes/a/', [], [{ key: 'nodes/a/apps/web', value }]),
  },
  {
    name: 'image reference',
    texts: image,
    parse: (text) => [isImageReference, canonicalReference, registryOf].map((read) => read(text)),
  },
  {
    name: 'quantity',
    texts: quantity,
    parse: (text) => [parseBytes(text), parseSeconds(text), parseMoment(text, '--since', 0)],
  },
  { name: 'option string', texts: options, parse: (text) => [parseWords(text), splitWords(text)] },
  { name: 'arguments', texts: options, parse: (text) => rewriteArguments(text.split(' '), shapes) },
  {
    name: 'volume, port and link',
    texts: wordsOf(['$PROJECT_DIR', '${PROJECT_DIR}', ':', '/a', './', 'ro', '80', '-', '/udp', 'web-*', '127.0.0.1']),
    parse: (text) => [parseVolume(text, place), parsePort(text), parseLink(text, ['web', 'web-a', '__proto__'])],
  },
  {
    name: 'config.json of Docker',
    texts: jsonOf(dataOf(['auths', 'ghcr.io', 'auth', 'credsStore', 'credHelpers', 'currentContext', 'identitytoken'])),
    parse: (text) => {
      try {
        return dockerConfig(JSON.parse(text));
      } catch (error) {
        if (error instanceof SyntaxError) return undefined;
        throw error;
      }
    },
  },
  {
    name: 'label with a spec',
    texts: jsonOf(dataOf(['key', 'environment', 'network', 'links', 'mode', 'lease', 'files', 'healthcheck', 'name'])),
    parse: parseSpecLabel,
  },
  {
    name: 'text with passwords',
    texts: wordsOf(['://', 'user', ':', '@', 'pass', '/', 'password=', ';', '&', ' ', '80', '?']),
    parse: maskPasswords,
  },
  { name: 'answer of an engine', texts: engineAnswers, parse: readEngineAnswer },
];
