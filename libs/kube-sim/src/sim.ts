// A Kubernetes control plane in this process.
import type { Clock, Rng } from '@neo4j-operator/clock';
import type { Handler, UserInfo } from './api/request.ts';
import { builtinDefinitions } from './builtins/definitions.ts';
import type { SimTransport, TransportErrorFactory } from './contract.ts';
import type { OpenRecord, RequestRecord } from './faults/request-record.ts';
import { Script } from './faults/script.ts';
import { createSimTransport } from './in-process/transport.ts';
import type { Admission, Core, Extension } from './requests/core.ts';
import { Definitions } from './requests/definitions.ts';
import { createHandler } from './requests/handler.ts';
import { WatchCache } from './requests/watch-cache.ts';
import { Store } from './storage/store.ts';

export interface KubeSimOptions {
  readonly clock: Clock;
  readonly rng: Rng;
  /** How many changes are remembered for watches and old lists. Default 10,000. */
  readonly historySize?: number;
}

/** A control plane. */
export interface KubeSim {
  readonly handler: Handler;
  readonly requests: readonly RequestRecord[];
  readonly script: Script;
  transport(options?: {
    readonly user?: UserInfo;
    readonly error?: TransportErrorFactory;
    readonly userAgent?: string;
  }): SimTransport;
}

const plainError: TransportErrorFactory = (message) => new Error(message);

const admin: UserInfo = { name: 'kubernetes-admin', groups: ['system:masters', 'system:authenticated'] };

export function createKubeSim({ clock, rng, historySize }: KubeSimOptions): KubeSim {
  const store = new Store(historySize === undefined ? {} : { historySize });
  const definitions = new Definitions();
  definitions.set('built-in', builtinDefinitions());
  const core: Core = {
    clock,
    rng,
    store,
    cache: new WatchCache(store, clock),
    definitions,
    admissions: new Set<Admission>(),
    extensions: new Map<string, Extension>(),
    authorize: () => undefined,
    otherPath: () => undefined,
  };
  const handler = createHandler(core);
  const script = new Script();
  const requests: OpenRecord[] = [];
  for (const name of ['default', 'kube-system', 'kube-public', 'kube-node-lease']) {
    handler({
      method: 'POST',
      path: '/api/v1/namespaces',
      query: new URLSearchParams(),
      headers: { 'user-agent': 'kube-apiserver' },
      body: JSON.stringify({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } }),
      user: admin,
    });
  }
  return {
    handler,
    requests,
    script,
    transport: ({ user = admin, error = plainError, userAgent = 'kube-sim' } = {}) =>
      createSimTransport({ clock, handler, script, user, error, userAgent, records: requests }),
  };
}
