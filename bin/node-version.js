'use strict';
var least = [22, 18];

exports.isTooOld = function (version) {
  var parts = version.split('.').map(Number);
  return parts[0] < least[0] || (parts[0] === least[0] && parts[1] < least[1]);
};

/**
 * `clone` is the directory of a clone of the repository, which brings a Node of its own; falsy in an installed package.
 */
exports.sentence = function (version, clone) {
  return (
    'dockerops needs Node.js ' +
    least.join('.') +
    ' or later and this is ' +
    version +
    (clone
      ? ': run "npm ci" in ' + clone + ', which brings one, then ' + clone + '/dockerops.'
      : ': install a current LTS version, then try again.')
  );
};
