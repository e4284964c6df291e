import { expect } from 'chai';
import fc from 'fast-check';
import { jsonText } from '../../../src/lib/model/template.ts';

describe('a JSON template', () => {
  it('gives the document when the references are filled in, for any document', () => {
    fc.assert(
      fc.property(
        fc.dictionary(
          fc.string().filter((name) => name !== 'text' && name !== '__proto__'),
          fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.constant(null), fc.array(fc.string())),
        ),
        fc.string(),
        (document, before) => {
          const text = jsonText({ ...document, hole: { text: [before, { addressOf: 'x' }] } });
          expect(
            JSON.parse(text.map((piece) => (typeof piece === 'string' ? piece : '192.0.2.1')).join('')),
          ).to.deep.equal({ ...document, hole: `${before}192.0.2.1` });
        },
      ),
    );
  });
});
