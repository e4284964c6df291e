import { expect } from 'chai';
import { readdirSync, readFileSync } from 'node:fs';
import { Agent } from 'node:http';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createWriter } from '../../src/lib/engine/docker-engine.ts';
import { importTable } from '../../eslint.imports.js';

const lib = fileURLToPath(new URL('../../src/lib', import.meta.url));
const source = dirname(lib);

interface Import {
  readonly file: string;
  readonly isTypeOnly: boolean;
  /** A room of src/lib, the name of a package, or `node:…`. */
  readonly target: string;
}

const imports = filesBelow(source).flatMap(importsOf);

describe('the architecture', () => {
  for (const [room, { own, types, packages }] of Object.entries(importTable)) {
    it(`${room} imports only what its row of the table allows`, () => {
      const wrong = imports
        .filter(({ file }) => roomOf(file) === room)
        .filter(({ target, isTypeOnly }) => !isAllowed(target, isTypeOnly));
      expect(wrong.map(({ file, target }) => `${relative(source, file)} imports ${target}`)).to.deep.equal([]);

      function isAllowed(target: string, isTypeOnly: boolean): boolean {
        if (target === room || target.startsWith('node:') || own.includes(target) || packages.includes(target))
          return true;
        return isTypeOnly && types.includes(target);
      }
    });
  }

  it('planning reads no file, clock or random number', () => {
    const used = imports.filter(
      ({ file, target }) => roomOf(file) === 'plan' && target.startsWith('node:') && target !== 'node:crypto',
    );
    expect(used).to.deep.equal([]);
    for (const file of filesBelow(join(lib, 'plan')))
      expect(textOf(file), file).not.to.match(/Math\.random|Date\.now|new Date\(\)|randomBytes|randomUUID|process\./);
  });

  it('only apply calls what writes to the engine', () => {
    const writing = new RegExp(`\\.(${writingCalls().join('|')})\\(`);
    const callers = filesBelow(source).filter(
      (file) => !['apply', 'engine'].includes(roomOf(file)) && writing.test(textOf(file)),
    );
    expect(callers.map((file) => relative(source, file))).to.deep.equal([]);
  });

  it('only apply holds an engine that can be written to', () => {
    const whole =
      /import type \{[^}]*\b(Engine|EngineWriter)\b[^}]*\} from '[^']*\/engine\/engine\.ts'|docker-engine\.ts'/;
    const holders = filesBelow(source).filter(
      (file) => !['apply', 'engine'].includes(roomOf(file)) && whole.test(textOf(file)),
    );
    expect(holders.map((file) => relative(source, file))).to.deep.equal([]);
  });

  it('only the engine room knows dockerode', () => {
    expect(imports.filter(({ file, target }) => target === 'dockerode' && roomOf(file) !== 'engine')).to.deep.equal([]);
  });

  it('only the command line colours', () => {
    expect(imports.filter(({ file, target }) => target === 'chalk' && roomOf(file) !== 'cli')).to.deep.equal([]);
  });

  it('nothing in lib imports a command, and no command another', () => {
    expect(imports.filter(({ target }) => target === 'commands')).to.deep.equal([]);
  });

  it('every command that help lists says what it does and shows how it is used', () => {
    for (const file of filesBelow(join(source, 'commands')).filter(
      (path) => !textOf(path).includes('static override hidden = true'),
    )) {
      expect(textOf(file), file)
        .to.match(/static override (summary|description) =/)
        .and.to.match(/static override examples =/);
    }
  });
});

/** Names of the methods of `EngineWriter`: what implements it has all of them and no others. */
function writingCalls(): readonly string[] {
  const connection = { address: '', agent: new Agent(), apiVersion: '1.41', builder: 'buildkit' } as const;
  return Object.keys(createWriter(connection, { environment: {}, platform: 'linux' }));
}

function filesBelow(directory: string): readonly string[] {
  return readdirSync(directory, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => join(entry.parentPath, entry.name));
}

function textOf(file: string): string {
  return readFileSync(file, 'utf8');
}

function importsOf(file: string): readonly Import[] {
  const statements = textOf(file).matchAll(/^(?:import|export)\s+(type\s)?(?:[^'";]*?\sfrom\s+)?'([^']+)';/gms);
  const later = textOf(file).matchAll(/import\('([^']+)'\)/g);
  return [
    ...[...statements].map(([, type, target]) => ({
      file,
      isTypeOnly: type !== undefined,
      target: targetOf(file, target ?? ''),
    })),
    ...[...later].map(([, target]) => ({ file, isTypeOnly: false, target: targetOf(file, target ?? '') })),
  ];
}

function targetOf(file: string, target: string): string {
  if (target.startsWith('.')) return roomOf(resolve(dirname(file), target));
  return target.startsWith('node:')
    ? target
    : target
        .split('/')
        .slice(0, target.startsWith('@') ? 2 : 1)
        .join('/');
}

/** `plan` for src/lib/plan/x.ts, `errors` for src/lib/errors.ts, `commands` for src/commands/x.ts. */
function roomOf(file: string): string {
  const path = relative(lib, file);
  return path.startsWith('..')
    ? (relative(source, file).split('/')[0] ?? '').replace(/\.ts$/, '')
    : (path.split('/')[0] ?? '').replace(/\.ts$/, '');
}
