import { canonicalReference } from '../../image-reference.ts';
import { label } from '../../labels.ts';
import type { ImagePin, ImageSpec } from '../../model/desired.ts';
import { shortContent } from '../../model/image-content.ts';
import type { ObservedImage } from '../../model/observed-state.ts';
import type { Blocker } from '../plan.ts';

/** What an image with a pin is compared with. */
export interface PinnedOn {
  /** What has its name. */
  readonly named: ObservedImage | undefined;
  /** All of the engine. */
  readonly images: readonly ObservedImage[];
  /** Of the engine: `linux/amd64`; absent: not looked at. */
  readonly platform: string | undefined;
}

/** The image of that content: what has the name if it is, else any on the engine; or why there is none. */
export function usePin(
  image: ImageSpec,
  pin: ImagePin,
  on: PinnedOn,
): { readonly observed: ObservedImage | undefined; readonly blocker?: Blocker } {
  const observed = findPinned(image, pin, on);
  if (observed !== undefined) return { observed };
  const { reference: subject } = image;
  return {
    observed,
    blocker: { subject, message: messageFor(image, pin, on), suggestions: suggestionsFor(pin) },
  };
}

function findPinned(image: ImageSpec, pin: ImagePin, on: PinnedOn): ObservedImage | undefined {
  const { content } = pin;
  if (content === undefined || isForOtherPlatform(pin, on) || isOtherReference(image, pin)) return undefined;
  return on.named?.content === content ? on.named : on.images.find((each) => each.content === content);
}

const changed = 'source changed since the lock';

function messageFor(image: ImageSpec, pin: ImagePin, on: PinnedOn): string {
  const { service, reference } = image;
  if (pin.content === undefined) return `the lock has no image of ${service}`;
  if (isForOtherPlatform(pin, on))
    return `the lock has an image of ${service} for ${pin.platform ?? ''}, and this engine is ${on.platform ?? ''}`;
  if (isOtherReference(image, pin))
    return `${service} is locked to ${pin.reference ?? ''}, and its entry names ${reference}: ${changed}`;
  const why = isChanged(image, pin, on) ? changed : 'not on this engine';
  return `${service} is locked to image ${shortContent(pin.content)}, and ${hereText(image, on)}: ${why}`;
}

function hereText({ reference }: ImageSpec, { named }: PinnedOn): string {
  if (named === undefined) return `there is no ${reference} here`;
  return named.content === undefined
    ? `what ${reference} is made of cannot be read here`
    : `${reference} is ${shortContent(named.content)} here`;
}

function suggestionsFor({ content }: ImagePin): readonly string[] {
  const lockAgain = 'build and lock the images as they are now: dockerops build all --lock';
  if (content === undefined) return [lockAgain];
  return ['send it from where it was locked: dockerops ship HOST', lockAgain];
}

function isForOtherPlatform({ platform }: ImagePin, on: PinnedOn): boolean {
  return platform !== undefined && on.platform !== undefined && platform !== on.platform;
}

/** Of an image of a registry, which has no source but its name. */
function isOtherReference({ reference, source }: ImageSpec, pin: ImagePin): boolean {
  if (source.kind !== 'registry' || pin.reference === undefined) return false;
  return canonicalReference(pin.reference) !== canonicalReference(reference);
}

function isChanged({ inputHash }: ImageSpec, pin: ImagePin, { named }: PinnedOn): boolean {
  const hashes = [inputHash, named?.labels[label.sourceHash]];
  return pin.inputHash !== undefined && hashes.some((hash) => hash !== undefined && hash !== pin.inputHash);
}
