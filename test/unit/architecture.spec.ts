import { expect } from 'chai';
import { readFileSync } from 'node:fs';
import { Agent } from 'node:http';
import { join, relative } from 'node:path';
import { createWriter } from '../../src/lib/engine/docker-engine.ts';
import { importTable } from '../../eslint.imports.js';
import { circlesOf, filesBelow, importsOf, roomOf, source } from '../support/source-imports.ts';

const lib = join(source, 'lib');
const imports = filesBelow(source).flatMap(importsOf);

describe('the architecture', () => {
  for (const [room, { own, types, packages }] of Object.entries(importTable)) {
    it(`${room} imports only what its row of the table allows`, () => {
      const wrong = imports
        .filter(({ file }) => roomOf(file) === room)
        .filter(({ target, isTypeOnly }) => !isAllowed(roomOf(target), isTypeOnly));
      expect(wrong.map(({ file, target }) => `${relative(source, file)} imports ${roomOf(target)}`)).to.deep.equal([]);

      function isAllowed(target: string, isTypeOnly: boolean): boolean {
        if (target === room || target.startsWith('node:') || own.includes(target) || packages.includes(target))
          return true;
        return isTypeOnly && types.includes(target);
      }
    });
  }

  it('every file is in a room of the table', () => {
    expect(filesBelow(source).filter((file) => !Object.hasOwn(importTable, roomOf(file)))).to.deep.equal([]);
  });

  it('the table lets a room import only rooms above it', () => {
    const order = Object.keys(importTable);
    for (const [room, { own, types }] of Object.entries(importTable)) {
      const below = [...own, ...types].filter((other) => order.indexOf(other) > order.indexOf(room));
      expect(below, room).to.deep.equal([]);
    }
  });

  it('no files import each other in a circle, types included', () => {
    const circles = circlesOf(imports);
    expect(circles.map((files) => files.map((file) => relative(source, file)).join(' -> '))).to.deep.equal([]);
  });

  it('planning reads no file, clock or random number', () => {
    const used = imports.filter(
      ({ file, target }) => roomOf(file) === 'plan' && target.startsWith('node:') && target !== 'node:crypto',
    );
    expect(used).to.deep.equal([]);
    for (const file of filesBelow(join(lib, 'plan')))
      expect(textOf(file), file).not.to.match(/Math\.random|Date\.now|new Date\(\)|randomBytes|randomUUID|process\./);
  });

  it("only bounded-file reads users' files", () => {
    const reading = /import \{[^}]*\b(readFile|readFileSync|createReadStream|open|openSync)\b[^}]*\} from 'node:fs/;
    const readers = filesBelow(source)
      .map((file) => relative(source, file))
      .filter((file) => reading.test(textOf(join(source, file))));
    const others = readers.filter((file) => !Object.keys(readersOfOtherFiles).some((start) => file.startsWith(start)));
    expect(others).to.deep.equal(['lib/bounded-file.ts']);
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

  it('nothing in lib imports a command, and no command another', () => {
    expect(imports.filter(({ target }) => roomOf(target) === 'commands')).to.deep.equal([]);
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

/** What reads, or opens to write, files that no user wrote, or that may be of any size. */
const readersOfOtherFiles = {
  'run-bundle.ts': 'the bundle',
  'commands/complete.ts': 'the manifest in the package',
  'lib/cli/arguments/readable-stack.ts': 'the source map in the package',
  'lib/use-cases/open-project.ts': 'the identity of the bundle',
  'lib/trusted-file.ts': 'caches',
  'lib/replace-file.ts': 'writes',
  'lib/use-cases/written-plan/journal.ts': 'writes',
  'lib/use-cases/written-plan/plan-file.ts': 'writes',
  'lib/server/page/page-files.ts': 'the web page in the package',
  'lib/engine/archive/context-tar.ts':
    'files that are sent to a build: no link is followed, and no more is read than was listed',
  'lib/observe/': '/proc',
  'lib/build/base-images/': 'the package, the cache, and /etc/apt',
  'lib/build/input-hash.ts': 'large files of a build context, in pieces',
  'lib/apply/data/': 'backups, in pieces',
  'lib/use-cases/keys/key-file.ts': 'writes',
  'lib/project/keys/key-store.ts': 'keys, through no link',
  'lib/project/keys/write-exclusively.ts': 'writes',
  'lib/project/conf/save-host-conf.ts': 'writes',
  'lib/server/store/open-store.ts': 'makes the database before SQLite opens it',
};

/** Names of the methods of `EngineWriter`: what implements it has all of them and no others. */
function writingCalls(): readonly string[] {
  const connection = { address: '', agent: new Agent(), apiVersion: '1.41', builder: 'buildkit' } as const;
  return Object.keys(createWriter(connection, { environment: {}, platform: 'linux' }));
}

function textOf(file: string): string {
  return readFileSync(file, 'utf8');
}
