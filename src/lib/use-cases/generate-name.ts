import { randomBytes } from 'node:crypto';

/** For an instance without a name: `9f86d081`. */
export function generateName(): string {
  return randomBytes(4).toString('hex');
}
