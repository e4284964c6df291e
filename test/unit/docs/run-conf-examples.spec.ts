import { expect } from 'chai';
import { parse } from 'jsonc-parser';
import { blocksOf, pages } from '../../support/doc-blocks.ts';
import { validateProject } from '../../../src/lib/use-cases/validate-project.ts';
import { onBase, projectDirectory, resolveScene } from '../project/project-files.ts';

/** Files and services that the examples name. */
const files = {
  'services/web/Dockerfile': 'FROM dockerops/dockerops-base AS production\n',
  'services/store/Dockerfile': onBase,
  'conf/common.env': 'A=1\n',
  'conf/web.env': 'B=2\n',
  'conf/tls.key': 'key\n',
  'conf/session_key': 'key\n',
};

const services = Object.fromEntries(['web', 'db'].map((name) => [`services/${name}/Dockerfile`, onBase]));

/** What the examples leave to be supplied. */
const environment = {
  DB_PASSWORD: 'x',
  SESSION_KEY: 'x',
  POSTGRES_PASSWORD: 'x',
  SERVICE_IP: '192.0.2.10',
  DB_SERVICE_IP: '192.0.2.11',
};

/** Blocks of a page that show entries of run.conf. */
function examplesOf(page: string): readonly { readonly place: string; readonly conf: readonly object[] }[] {
  const blocks = blocksOf(page).filter(({ text }) => /^\[?\s*\{ ?\n? *"service"/.test(text));
  return blocks.map(({ place, text }) => ({
    place,
    conf: (text.startsWith('[') ? parse(text) : parse(`[${text}]`)) as readonly object[],
  }));
}

describe('the examples of run.conf in the docs', () => {
  for (const page of pages.filter((name) => examplesOf(name).length > 0)) {
    it(`of ${page} are valid`, () => {
      for (const { place, conf } of examplesOf(page)) {
        const { problems, missing, desired } = resolveScene({ conf, files, environment });
        expect({ problems, missing }, place).to.deep.equal({ problems: [], missing: [] });
        const started = conf.filter(
          (entry) => !['autostart', 'autorun'].some((key) => (entry as Record<string, unknown>)[key] === false),
        );
        const replicas = started.map((entry) => (entry as { readonly replicas?: number }).replicas ?? 1);
        expect(desired.instances, place).to.have.length(replicas.reduce((sum, count) => sum + count, 0));
      }
    });

    it(`of ${page} are valid to dockerops validate`, async () => {
      for (const { place, conf } of examplesOf(page)) {
        const directory = projectDirectory({ ...services, ...files, 'run.conf': JSON.stringify(conf) });
        const { problems } = validateProject({
          workingDirectory: directory,
          environment,
          packageDirectory: '/package',
          homeDirectory: '/home/ann',
        });
        expect(problems, place).to.deep.equal([]);
      }
    });
  }
});
