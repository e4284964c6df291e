import type { InstanceSpec } from '../../../../src/lib/model/desired.ts';
import type { Resolution } from '../../../../src/lib/project/resolve/resolve.ts';
import { containerOf } from '../../../support/specs.ts';
import { instanceOf, resolveScene, type Scene } from '../project-files.ts';

/** Entries of run.conf, and what is often asked of their resolution. */
export const dns = { service: 'dockerops-dns', instance: 'main' };

export function web(instance: string | null, more: object = {}): object {
  return { service: 'web', instance, ...more };
}

export function keys({ desired }: Resolution): readonly string[] {
  return desired.instances.map(({ key }) => key);
}

export function one(scene: Scene, key = 'web-one'): InstanceSpec {
  return instanceOf(resolveScene(scene), key);
}

export function problemsOf(scene: Scene): readonly unknown[] {
  return resolveScene(scene).problems;
}

/** A JSON file of an instance, with references as `addressOf,<container>`. */
export function fileOf(spec: InstanceSpec, path: string): unknown {
  const text = spec.files
    .find((file) => file.path === path)
    ?.content.map((piece) => (typeof piece === 'string' ? piece : Object.entries(piece).join('=')))
    .join('');
  return text === undefined ? undefined : JSON.parse(text);
}

export function service(name: string, request: object = {}): NonNullable<Scene['request']> {
  return { target: 'service', service: name, ...request };
}

/** The engine after a scene was applied. */
export function running(
  resolution: Resolution,
  created: Readonly<Record<string, number>> = {},
): NonNullable<Scene['observed']> {
  return {
    containers: resolution.desired.instances.map((spec) =>
      containerOf(spec, { created: created[spec.key] ?? 1 }, resolution.desired.owner),
    ),
  };
}
