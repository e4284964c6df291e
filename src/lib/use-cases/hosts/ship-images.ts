import type { ImageSources } from '../../apply/context.ts';
import type { EngineReader } from '../../engine/engine.ts';
import { DockeropsError } from '../../errors.ts';
import { Limiter } from '../../limiter.ts';
import { definedOnly } from '../../defined.ts';
import { repositoryOf } from '../../image-reference.ts';
import { imageContent } from '../../model/image-content.ts';
import type { ObservedImage, ObservedState } from '../../model/observed-state.ts';
import { observe } from '../../observe/observe.ts';
import type { Plan } from '../../plan/plan.ts';
import { planShip, type ImageToShip, type ShipTarget } from '../../plan/ship/plan-ship.ts';
import type { ConfHost } from '../../project/conf/hosts-conf.ts';
import { planAndApply, refuseBlocked, type ApplyTools, type ChangeContext, type Preview } from '../apply-plan.ts';
import type { InvocationContext } from '../invocation.ts';
import { applyTools, connectEngine } from '../open-engine.ts';
import type { OpenProject } from '../open-project.ts';
import { ArchivedImages } from './archived-images.ts';
import { chooseHosts } from './choose-hosts.ts';
import { freeBytesThere } from './free-space.ts';
import { hostProgress } from './host-progress.ts';
import { imagesToShip, type ShippedServices } from './images-to-ship.ts';

export interface ShipRequest extends ShippedServices {
  readonly hosts: readonly string[];
  /** Only plan. */
  readonly dryRun: boolean;
}

/** What became of one host. */
export interface ShippedHost {
  readonly host: string;
  /** Absent when it could not be planned. */
  readonly plan?: Plan;
  /** Ids of the operations that were done. */
  readonly done: readonly string[];
  readonly error?: DockeropsError;
}

/** Hosts at once: the disk of this machine and its way out are shared by all of them. */
const hostWidth = 3;
/** Images of which the layers are asked for. */
const maxLayerImages = 50;

/**
 * Makes engines of other hosts have the images of the project. A host that cannot be reached, or that fails, does not
 * keep the others from theirs.
 */
export async function shipImages(
  opened: OpenProject,
  invocation: InvocationContext,
  request: ShipRequest,
  context: ChangeContext,
): Promise<readonly ShippedHost[]> {
  const hosts = chooseHosts(opened.project.place.directory, request.hosts);
  const images = await imagesToShip(opened, request);
  const archives = new ArchivedImages(opened.engine);
  const limiter = new Limiter(hostWidth);
  const shipped = await Promise.all(
    hosts.map((host) => limiter.run(0, () => shipTo({ host, opened, invocation, images, archives }, request, context))),
  );
  context.progress({ type: 'end', failed: shipped.some(({ error }) => error !== undefined) });
  return shipped;
}

interface Shipment {
  readonly host: ConfHost;
  readonly opened: OpenProject;
  readonly invocation: InvocationContext;
  readonly images: readonly ImageToShip[];
  readonly archives: ArchivedImages;
}

async function shipTo(shipment: Shipment, { dryRun }: ShipRequest, context: ChangeContext): Promise<ShippedHost> {
  const host = shipment.host.name;
  let plan: Plan | undefined;
  try {
    const tools = await toolsFor(shipment);
    const preview = async (): Promise<Preview> => {
      const observed = await tools.observe();
      const target = await targetOf(shipment, tools, observed);
      plan = planShip(shipment.opened.owner, await measured(shipment, target), target);
      return { plan, observed };
    };
    if (!dryRun) {
      const progress = hostProgress(context.progress, host);
      return { host, ...(await planAndApply(preview, tools, { ...context, progress })) };
    }
    await preview();
    if (plan !== undefined) refuseBlocked(plan);
    return { host, done: [], ...definedOnly({ plan }) };
  } catch (error) {
    if (!(error instanceof DockeropsError)) throw error;
    return { host, done: [], error, ...definedOnly({ plan }) };
  }
}

type HostTools = ApplyTools & { readonly engine: Pick<EngineReader, 'findImage'> };

/** To change the engine of the host, with images of the command's own. */
async function toolsFor({ host, opened, invocation, archives }: Shipment): Promise<HostTools> {
  const there = { ...invocation, host: host.engine, hostSource: `host ${host.name} in hosts.conf` };
  const connection = await connectEngine(there);
  const { owner, client, keys, baseImagesDirectory } = opened;
  const tools = applyTools({ connection, invocation: there, owner, client, keys, baseImagesDirectory });
  const observeThere = (): Promise<ObservedState> => observe(connection.engine);
  const images: ImageSources = {
    ...opened.tools.images,
    archive: (reference, leftOut) => archives.archive(reference, leftOut),
  };
  return { ...tools, engine: connection.engine, images, observe: observeThere };
}

async function targetOf(
  { host, images }: Shipment,
  { engine }: HostTools,
  observed: ObservedState,
): Promise<ShipTarget> {
  const [contents, layers, freeBytes] = await Promise.all([
    Promise.all(images.map(async ({ reference }) => [reference, await contentThere(engine, reference)] as const)),
    Promise.all(
      relatedImages(images, observed.images).map(async ({ id }) => (await engine.findImage(id))?.layers ?? []),
    ),
    freeBytesThere(host.engine, observed.engine.dataDirectory ?? '/'),
  ]);
  return {
    name: host.name,
    engine: observed.engine,
    contents: new Map(
      contents.flatMap(([reference, content]) => (content === undefined ? [] : [[reference, content]])),
    ),
    layers,
    ...definedOnly({ freeBytes }),
  };
}

/** Those that are to be sent with the sizes of their layers, one after the other: each is read whole for that. */
async function measured({ images, archives }: Shipment, { contents }: ShipTarget): Promise<readonly ImageToShip[]> {
  const all: ImageToShip[] = [];
  for (const image of images) {
    const isThere = contents.get(image.reference) === image.content;
    all.push(isThere ? image : { ...image, layerBytes: await archives.layerBytes(image.reference) });
  }
  return all;
}

async function contentThere(engine: HostTools['engine'], reference: string): Promise<string | undefined> {
  const found = await engine.findImage(reference);
  return found && (imageContent(found) ?? 'unknown');
}

/** Images that are likely to have layers of those to ship: earlier builds of them, and base images. Newest first. */
function relatedImages(images: readonly ImageToShip[], there: readonly ObservedImage[]): readonly ObservedImage[] {
  const repositories = new Set(images.map(({ reference }) => repositoryOf(reference)));
  const isRelated = ({ references }: ObservedImage): boolean =>
    references.some((name) => name.startsWith('dockerops/') || repositories.has(repositoryOf(name)));
  return there
    .filter(isRelated)
    .toSorted((a, b) => b.created - a.created)
    .slice(0, maxLayerImages);
}
