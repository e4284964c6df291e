import type { EngineReader } from '../../engine/engine.ts';
import { EngineError, messageOf } from '../../errors.ts';
import { gatherPortHolders } from '../../observe/port-holders.ts';
import type { ApplyOutcome } from '../../apply/executor.ts';
import type { Plan } from '../../plan/plan.ts';
import { serverOwner } from '../jobs/job-spec.ts';
import { balancerImage, balancerOs } from './balancer-spec.ts';
import { unitNetwork, type Balanced, type BalancedRoute, type BalancedUnit, type Balancing } from './balancing.ts';
import type { ServerFigures } from './balancer-program.ts';
import { EngineBalancers } from './engine-balancers.ts';
import { SwarmBalancers, type SwarmBalancerEngine } from './swarm-balancers.ts';

export interface BalancersTools {
  /** Name of the server. */
  readonly server: string;
  readonly domain: string;
  /** Rejects when no engine answers. */
  readonly engine: () => Promise<SwarmBalancerEngine & Pick<EngineReader, 'address' | 'facts' | 'listNetworks'>>;
  /** By which the balancers of a Swarm prove that they are of this server. */
  readonly token: () => Promise<string>;
  readonly apply: (plan: Plan) => Promise<ApplyOutcome>;
  /** There is more to do now. */
  readonly wake: (reason: string) => void;
}

type Engine = Awaited<ReturnType<BalancersTools['engine']>>;

/** The balancers of a server, on the Swarm that its engine manages, else on that engine. */
export class Balancers implements Balancing {
  readonly #tools: BalancersTools;
  readonly #local: EngineBalancers;
  readonly #swarm: SwarmBalancers;
  /** Being made, or the reason why it could not be. */
  #image: Promise<void> | string | undefined;

  constructor(tools: BalancersTools) {
    this.#tools = tools;
    const { server, domain, apply, token } = tools;
    const portHolders = (ports: ReadonlySet<number>): ReturnType<typeof gatherPortHolders> => this.#portHolders(ports);
    this.#swarm = new SwarmBalancers({ server, domain, apply, token, portHolders });
    this.#local = new EngineBalancers({ server, domain, apply, portHolders });
  }

  async balance(routes: readonly BalancedRoute[], units: readonly BalancedUnit[]): Promise<Balanced> {
    const engine = await this.#tools.engine();
    if (routes.length > 0) await this.#requirements(engine);
    const facts = await engine.facts();
    if (facts.swarm === 'manager') return this.#swarm.balance(engine, facts, routes);
    return this.#local.balance(engine, routes, units);
  }

  /** What each balancer that can be asked says of its units, by host port. */
  async figures(): Promise<ReadonlyMap<number, readonly ServerFigures[]>> {
    const engine = await this.#tools.engine();
    const { swarm } = await engine.facts();
    return (swarm === 'manager' ? this.#swarm : this.#local).figures(engine);
  }

  /** Without them no balancer can be made; what is missing comes by itself. */
  async #requirements(engine: Engine): Promise<void> {
    const network = unitNetwork(this.#tools.server);
    if (!(await engine.listNetworks()).some(({ name }) => name === network))
      throw waiting(`network ${network} is not there yet`);
    if ((await engine.findImage(balancerImage)) !== undefined) return;
    if (typeof this.#image === 'string') {
      const reason = this.#image;
      this.#image = undefined;
      throw waiting(reason);
    }
    this.#image ??= this.#makeImage();
    throw waiting(`the image ${balancerImage} is being made`);
  }

  /** It takes a minute, in which deploys of other services go on. */
  async #makeImage(): Promise<void> {
    try {
      const outcome = await this.#tools.apply(imagePlan(this.#tools.server));
      this.#image = outcome.failures[0]?.error.message;
    } catch (error) {
      this.#image = messageOf(error);
    }
    this.#tools.wake('balancer image');
  }

  async #portHolders(ports: ReadonlySet<number>): ReturnType<typeof gatherPortHolders> {
    const { address } = await this.#tools.engine();
    return address.startsWith('unix:') ? gatherPortHolders(ports) : [];
  }
}

function imagePlan(server: string): Plan {
  return {
    owner: serverOwner(server),
    operations: [
      {
        id: `make base images ${balancerOs}`,
        kind: 'make-base-images',
        subject: balancerImage,
        cause: 'no image',
        needs: [],
        os: balancerOs,
        references: [balancerImage],
        cache: true,
      },
    ],
    verdicts: [],
    blockers: [],
    warnings: [],
  };
}

function waiting(reason: string): EngineError {
  return new EngineError(reason, { code: 'BALANCER_WAITING' });
}
