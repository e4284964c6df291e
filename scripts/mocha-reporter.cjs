'use strict';
// The reporter `spec`, which also writes the counts that scripts/test.mjs adds up.
const { writeFileSync } = require('node:fs');
const { reporters } = require('mocha');

module.exports = class extends reporters.Spec {
  constructor(runner, options) {
    super(runner, options);
    const file = process.env.DOCKEROPS_TEST_COUNTS;
    if (file) runner.once('end', () => writeFileSync(file, JSON.stringify(this.stats)));
  }
};
