export { findNearest } from '../nearest.ts';
