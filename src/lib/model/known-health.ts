import { label } from '../labels.ts';
import type { Health, ObservedContainer } from './observed-state.ts';

/**
 * What is known of a container's health. The healthcheck of a base image is probed after half a minute for the first
 * time; that it is starting until then says nothing, since its readiness is checked otherwise.
 */
export function knownHealth({ health, labels, ownership }: ObservedContainer): Health {
  const isUnprobed =
    health === 'starting' && labels[label.base] !== undefined && ownership?.spec.healthcheck === undefined;
  return isUnprobed ? 'none' : health;
}
