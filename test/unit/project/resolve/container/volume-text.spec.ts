import { expect } from 'chai';
import { parseVolume } from '../../../../../src/lib/project/resolve/container/volume-text.ts';

describe('a volume', () => {
  for (const name of ['plain', 'a:b', 'p$$', 'x$&y', '$PROJECT_DIR', "it's", 'we$work', 'co,mma', '$`', "$'"])
    it(`of a project in a folder ${name} is of that folder`, () => {
      const directory = `/srv/${name}`;
      const place = { name: 'demo', directory, servicesDirectory: '', baseImagesDirectory: '' };
      for (const source of ['$PROJECT_DIR/conf', '${PROJECT_DIR}/conf', './conf'])
        expect(parseVolume(`${source}:/conf:ro`, { ...place, dataDirectory: '', notices: [] })).to.deep.equal({
          mount: { kind: 'bind', source: `${directory}/conf`, target: '/conf', readOnly: true },
        });
    });

  it('with another variable, or with a target that is no absolute path, is a problem', () => {
    const place = { name: 'demo', directory: '/srv/a', servicesDirectory: '', baseImagesDirectory: '' };
    const problemOf = (text: string): unknown => parseVolume(text, { ...place, dataDirectory: '', notices: [] });
    expect(problemOf('$PROJECT_DIR/$X:/c')).to.have.nested.property('problem.message').that.contains('uses $X');
    expect(problemOf('$PROJECT_DIR:c')).to.have.nested.property('problem.suggestion', 'write "$PROJECT_DIR:/c"');
  });
});
