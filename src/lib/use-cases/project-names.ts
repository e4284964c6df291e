import { readdirSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { homedir } from 'node:os';
import { osIds } from '../build/base-images/os-table.ts';
import type { ProjectPlace } from '../project/find-project.ts';
import { isDnsLabel } from '../project/conf/dns-label.ts';
import { loadHostConf } from '../project/conf/host-conf.ts';
import { loadRunConf } from '../project/conf/load-run-conf.ts';
import type { RunConfEntry } from '../project/conf/run-conf-entry.ts';
import { findPlace, type ProjectInvocation } from './invocation.ts';

const maxFiles = 200;

/**
 * Names of the project in the working directory, for completion. Needs no engine and reports no errors: the run conf
 * may be incomplete, or there may be no project.
 */
export class ProjectNames {
  readonly #invocation: ProjectInvocation;
  #place: ProjectPlace | undefined;
  #entries: readonly RunConfEntry[] | undefined;

  constructor(invocation: ProjectInvocation) {
    this.#invocation = invocation;
  }

  services(): readonly string[] {
    const folders = this.#try(() => directories(this.#findPlace().servicesDirectory), []);
    return unique([...folders, ...this.#all().map(({ values }) => values.service)]);
  }

  instances(service: string | undefined): readonly string[] {
    return unique(
      this.#all().flatMap(({ values }) =>
        service === undefined || values.service === service ? [values.instance] : [],
      ),
    );
  }

  groups(): readonly string[] {
    return unique(this.#all().map(({ values }) => values.group));
  }

  confs(): readonly string[] {
    const found = (directory: string): readonly string[] =>
      this.#try(() => readdirSync(directory).filter((name) => name.endsWith('.conf') && name !== 'host.conf'), []);
    return this.#try(
      () =>
        unique(
          [this.#findPlace().directory, this.#findPlace().servicesDirectory]
            .flatMap(found)
            .map((name) => name.slice(0, -'.conf'.length)),
        ),
      [],
    );
  }

  operatingSystems(): readonly string[] {
    return osIds;
  }

  files(start: string): readonly string[] {
    const base = start.endsWith('/') ? '' : basename(start);
    const path = start.slice(0, start.length - base.length);
    const directory = resolve(this.#invocation.workingDirectory, path.replace(/^~(?=\/)/, homedir()));
    return this.#try(() => readdirSync(directory, { withFileTypes: true }), [])
      .filter(({ name }) => name.startsWith(base) && (base !== '' || !name.startsWith('.')))
      .slice(0, maxFiles)
      .map((entry) => `${path}${entry.name}${entry.isDirectory() ? '/' : ''}`)
      .sort();
  }

  #findPlace(): ProjectPlace {
    return (this.#place ??= findPlace(this.#invocation));
  }

  #all(): readonly RunConfEntry[] {
    return (this.#entries ??= this.#try(
      () =>
        loadRunConf(this.#findPlace(), undefined, loadHostConf(this.#findPlace().directory).conf.lastConf).conf.entries,
      [],
    ));
  }

  #try<T>(read: () => T, otherwise: T): T {
    try {
      return read();
    } catch {
      return otherwise;
    }
  }
}

function directories(path: string): readonly string[] {
  return readdirSync(path, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
    .map(({ name }) => name);
}

/** An invalid run conf may have values of any type; what is no name in the end is not offered as one. */
function unique(names: readonly unknown[]): readonly string[] {
  return [...new Set(names.filter((name) => typeof name === 'string' && isDnsLabel(name)))].sort() as string[];
}
