'use strict';
var least = [22, 12];

exports.isTooOld = function (version) {
  var parts = version.split('.').map(Number);
  return parts[0] < least[0] || (parts[0] === least[0] && parts[1] < least[1]);
};

exports.sentence = function (version) {
  return (
    'dockerops needs Node.js ' +
    least.join('.') +
    ' or later and this is ' +
    version +
    ': install a current LTS version, then try again.'
  );
};
