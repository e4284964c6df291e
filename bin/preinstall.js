'use strict';
// Makes a global install fail on a Node that cannot run dockerops.
var version = require('./node-version.js');

if (process.env.npm_config_global === 'true' && version.isTooOld(process.versions.node)) {
  process.stderr.write(version.sentence(process.versions.node) + '\n');
  process.exit(1);
}
