import * as dockerops from './dockerops.ts';
import * as paz from './paz.ts';
import * as services from './services.ts';
import * as skydns from './skydns.ts';

/** The policies that come with dockerops, by name. */
export const bundledPolicies: Readonly<Record<string, object>> = { dockerops, paz, services, skydns };
