// Custom resources and their definitions on the control plane under test.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sleep, systemClock } from '@neo4j-operator/clock';
import { group, type Kind, version } from '@neo4j-operator/api-types';
import { parse } from 'yaml';
import type { ApiAnswer, ControlPlane } from '../../controlplane/src/index.ts';

const crds = join(import.meta.dirname, '../../../crds');
const crdPath = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
const establishedWithinMs = 20_000;
const pollMs = 50;

/** An object as the server answers it, as far as the suites look. */
export interface Answered {
  readonly metadata: { readonly name: string; readonly resourceVersion?: string };
  readonly spec: Readonly<Record<string, unknown>>;
}

/** Creates the definition of a kind from the file in crds/ and waits until its objects can be stored. */
export async function installCrd(controlPlane: ControlPlane, kind: Kind): Promise<void> {
  const body: unknown = parse(readFileSync(join(crds, `${group}_${kind.plural}.yaml`), 'utf8'));
  await controlPlane.callOk({ method: 'POST', path: `${crdPath}?fieldValidation=Strict`, body });
  const deadline = systemClock.monotonic() + establishedWithinMs;
  while (!(await isEstablished(controlPlane, kind))) {
    if (systemClock.monotonic() > deadline) throw new Error(`the CRD of ${kind.kind} was not established`);
    await sleep(systemClock, pollMs);
  }
}

async function isEstablished(controlPlane: ControlPlane, kind: Kind): Promise<boolean> {
  const path = `${crdPath}/${kind.plural}.${group}`;
  const { status } = (await controlPlane.callOk({ method: 'GET', path })) as CrdStatus;
  const refused = status.conditions?.find(({ type, status }) => type === 'NonStructuralSchema' && status === 'True');
  if (refused !== undefined) throw new Error(`${kind.kind}: ${refused.message}`);
  return status.conditions?.some(({ type, status }) => type === 'Established' && status === 'True') === true;
}

interface CrdStatus {
  readonly status: {
    readonly conditions?: readonly { readonly type: string; readonly status: string; readonly message: string }[];
  };
}

/** Requests for the objects of one kind in one namespace; unknown fields are refused. */
export class Resources {
  readonly #controlPlane: ControlPlane;
  readonly #path: string;

  constructor(controlPlane: ControlPlane, kind: Kind, namespace: string) {
    this.#controlPlane = controlPlane;
    this.#path = `/apis/${group}/${version}/namespaces/${namespace}/${kind.plural}`;
  }

  create(object: unknown): Promise<ApiAnswer> {
    const path = `${this.#path}?fieldValidation=Strict`;
    return this.#controlPlane.call({ method: 'POST', path, body: object });
  }

  /** Puts `object` in the place of `stored`; with `dryRun` the answer is all that happens. */
  replace(stored: Answered, object: unknown, { dryRun = false } = {}): Promise<ApiAnswer> {
    const { name, resourceVersion } = stored.metadata;
    const changed = object as Answered;
    return this.#controlPlane.call({
      method: 'PUT',
      path: `${this.#path}/${name}?fieldValidation=Strict${dryRun ? '&dryRun=All' : ''}`,
      body: { ...changed, metadata: { ...changed.metadata, resourceVersion } },
    });
  }
}
