// ESLint's own bound on the length of functions, but not for lists of tests: what `describe` calls, and functions that
// call `describe` or `it`.
import { builtinRules } from 'eslint/use-at-your-own-risk';

const core = builtinRules.get('max-lines-per-function');

const isCallOf = (node, ...names) => node.type === 'CallExpression' && names.includes(node.callee.name);

const isSuite = ({ parent, body }) =>
  isCallOf(parent, 'describe') ||
  (body.type === 'BlockStatement' &&
    body.body.some((line) => line.type === 'ExpressionStatement' && isCallOf(line.expression, 'describe', 'it')));

export const functionLength = {
  meta: core.meta,
  create: (context) => {
    const report = (problem) => isSuite(problem.node) || context.report(problem);
    return core.create(Object.create(context, { report: { value: report } }));
  },
};
