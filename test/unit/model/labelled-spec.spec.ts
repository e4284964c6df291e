import { expect } from 'chai';
import { labelledSpec, parseSpecLabel, printSpecLabel } from '../../../src/lib/model/labelled-spec.ts';
import { existingInstances } from '../../../src/lib/plan/spec/existing-instance.ts';
import { instanceDifferences } from '../../../src/lib/plan/spec/differences.ts';
import { specHash } from '../../../src/lib/plan/spec/spec-hash.ts';
import { containerOf, spec } from '../../support/specs.ts';

const web = spec('web', 'one', {
  command: ['serve'],
  environment: [
    { name: 'PORT', value: ['80'], secret: false },
    { name: 'PEER', value: [{ addressOf: 'demo-db-one' }], secret: false },
    { name: 'PASSWORD', value: ['hush'], secret: true },
    { name: 'HOST_HOSTNAME', value: ['host'], secret: false },
  ],
  files: [
    { path: '/a', content: ['plain'], mode: 0o644, uid: 0, gid: 0 },
    { path: '/run/secrets/b', content: ['hush'], mode: 0o400, uid: 0, gid: 0, secret: true },
  ],
  ports: [{ container: 80, protocol: 'tcp', host: 8080 }],
  mounts: [{ kind: 'data', directory: '/d/web_one/opt', target: '/opt' }],
  labels: { team: 'shop', 'dockerops.unnamed': 'true' },
  lease: 'client',
});

describe('the label that keeps the spec of a container', () => {
  it('is read as it was written, without the values of secrets', () => {
    const written = labelledSpec(web);
    expect(parseSpecLabel(printSpecLabel(written))).to.deep.equal(written);
    expect(printSpecLabel(written)).to.contain('demo-db-one').and.to.not.contain('hush');
  });

  it('has the text, and the spec the hash, that they have always had', () => {
    expect(printSpecLabel(labelledSpec(web))).to.equal(
      '{"command":["serve"],"container":"demo-web-one","environment":[{"name":"PORT","value":["80"]},' +
        '{"name":"PEER","value":[{"addressOf":"demo-db-one"}]},{"name":"PASSWORD","secret":true}],' +
        '"files":[{"content":["plain"],"gid":0,"mode":420,"path":"/a","uid":0},' +
        '{"gid":0,"mode":256,"path":"/run/secrets/b","secret":true,"uid":0}],"hostname":"web-one",' +
        '"image":"demo/web:latest","instance":"one","key":"web-one","labels":{"team":"shop"},"lease":"client",' +
        '"mounts":[{"directory":"/d/web_one/opt","kind":"data","target":"/opt"}],' +
        '"network":{"aliases":[],"links":[],"mode":"network","network":"dockerops-demo","reservedAddress":false},' +
        '"placement":{"kind":"engine"},"ports":[{"container":80,"host":8080,"protocol":"tcp"}],' +
        '"runtime":{"restart":"unless-stopped"},"service":"web","type":"standard"}',
    );
    expect(specHash(web)).to.equal('569d1828f0f2d0d7cf6b14fdc2cd0871');
  });

  it('calls the lease that dockerops holds as the first version did, so that an upgrade replaces nothing', () => {
    const held = { ...web, lease: 'dockerops' } as const;
    expect(printSpecLabel(labelledSpec(held))).to.contain('"lease":"engine"');
    expect(specHash(held)).to.equal('43994176bc64b86e922b66b486e65127');
    expect(parseSpecLabel('{"lease":"engine"}')).to.deep.equal({ lease: 'dockerops' });
    const container = containerOf(held);
    const unhashed = { ...container, ownership: { ...container.ownership!, specHash: '' } };
    expect(instanceDifferences(container, held)).to.deep.equal([]);
    expect(instanceDifferences(unhashed, held)).to.deep.equal([]);
    expect(instanceDifferences(container, web)).to.deep.equal([{ field: 'lease', from: 'dockerops', to: 'client' }]);
  });

  it('may come from another version: unknown members are kept, missing ones have a default', () => {
    const read = parseSpecLabel('{"hostname":"h","gone":1}');
    expect(read).to.deep.equal({ hostname: 'h', gone: 1 });
    const container = containerOf(web);
    const older = { ...container, ownership: { ...container.ownership!, spec: parseSpecLabel('{"hostname":"h"}') } };
    expect(existingInstances([older])[0]?.spec).to.include({ hostname: 'h', lease: 'none', key: 'web-one' });
  });

  it('leaves out members of the wrong type, whoever wrote them', () => {
    expect(
      parseSpecLabel('{"ports":[1],"mounts":{},"network":{"mode":"network"},"lease":"dockerops","image":"i"}'),
    ).to.deep.equal({ image: 'i' });
    for (const text of [undefined, '', '{', 'null', '[]', '"x"']) expect(parseSpecLabel(text)).to.deep.equal({});
  });
});
