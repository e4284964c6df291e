import { type Complaint, maxLabelLength } from './dns-label.ts';

/** The name of an instance in its project; it is its host name, too. */
export function instanceKey(service: string, instance: string): string {
  return `${service}-${instance}`;
}

export function keyComplaint(key: string): Complaint | undefined {
  if (key.length <= maxLabelLength) return undefined;
  return {
    message: `the name ${key} is longer than the ${String(maxLabelLength)} characters of a host name`,
    suggestion: 'shorten the service or the instance',
  };
}
