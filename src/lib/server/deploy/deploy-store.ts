import type { Service, ServiceVersion } from '../services/service.ts';
import type { Deployment } from './deployment.ts';

/** A service that was deleted, as long as it may have units. */
export interface Removal {
  readonly service: string;
  /** When it was deleted, in milliseconds since 1970. */
  readonly at: number;
  /** The version that ran then: its ports stay until its units have gone. */
  readonly version?: ServiceVersion;
}

/** What deploys read and write of the store. What is written is kept by the time that the call resolves. */
export interface DeployStore {
  /** Sorted by name; without those that were deleted. */
  services(): readonly Service[];
  find(service: string): Service | undefined;
  findVersion(service: string, version: number): ServiceVersion | undefined;
  /** The newest version whose deployment ended `done`. */
  runningVersion(service: string): ServiceVersion | undefined;
  /** Those that have not ended, oldest first. */
  openDeployments(): readonly Deployment[];
  /** Changes a deployment as it is at this moment; undefined where it has ended meanwhile: its service was deleted. */
  changeDeployment(id: string, change: (deployment: Deployment) => Deployment): Promise<Deployment | undefined>;
  /** A deletion ends the deployments of the service. One of the same name that is made later is not among these. */
  removals(): readonly Removal[];
  /** The service has no units any more: one of its name may be deployed now. */
  removed(service: string): Promise<void>;
}
