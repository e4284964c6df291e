import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { findProject } from '../../../src/lib/project/find-project.ts';
import { loadProject } from '../../../src/lib/project/load-project.ts';
import { resolveProject } from '../../../src/lib/project/resolve/resolve.ts';
import { facts, observed } from '../../support/specs.ts';
import { projectDirectory } from './project-files.ts';

const demo = fileURLToPath(new URL('../../../demo', import.meta.url));

describe('the demo project', () => {
  it('needs no answers, host ports or interfaces, on a host of which nothing is known', () => {
    const directory = join(projectDirectory({}), 'dockerops-demo');
    cpSync(demo, directory, { recursive: true });
    const project = loadProject({
      place: findProject({ workingDirectory: directory, environment: {}, baseImagesDirectory: '/' }),
      osIds: ['debian12'],
    });
    const { interfaces: _, ...unknown } = facts;
    const resolution = resolveProject({
      project,
      request: { target: 'all', switches: {} },
      facts: unknown,
      observed: observed(),
      environment: {},
      existingKeys: new Set(),
      newName: () => '01234567',
    });
    expect([
      project.notices,
      resolution.notices,
      resolution.problems,
      resolution.missing,
      resolution.lacksInterfaces,
    ]).to.deep.equal([[], [], [], [], false]);
    expect(resolution.desired.instances.map(({ key, ports }) => [key, ports])).to.deep.equal([
      ['dockerops-dns-one', []],
      ['demo-one', []],
      ['demo-two', []],
      ['demo-three', []],
    ]);
  });
});

describe('the project that new creates', () => {
  it('is valid, and runs one instance', () => {
    const directory = join(projectDirectory({}), 'shop');
    cpSync(fileURLToPath(new URL('../../../skeleton', import.meta.url)), directory, { recursive: true });
    const project = loadProject({
      place: findProject({ workingDirectory: directory, environment: {}, baseImagesDirectory: '/' }),
      osIds: ['debian12'],
    });
    const { problems, missing, desired } = resolveProject({
      project,
      request: { target: 'all', switches: {} },
      facts,
      observed: observed(),
      environment: {},
      existingKeys: new Set(),
      newName: () => '01234567',
    });
    expect([problems, missing, desired.instances.map(({ key }) => key)]).to.deep.equal([[], [], ['app-one']]);
  });
});
