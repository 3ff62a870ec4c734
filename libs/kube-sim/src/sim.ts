// A Kubernetes control plane in this process.
import type { Clock, Rng } from '@neo4j-operator/clock';
import { type AccessAttributes, createAuthorizer, forbidden, impersonated } from './access/index.ts';
import type { Change, Handler, InsideClient, TypeRef, UserInfo } from './api/request.ts';
import type { ResourceType } from './api/resource.ts';
import { rememberNewFields } from './apply/new-fields.ts';
import { builtinDefinitions } from './builtins/definitions.ts';
import { bootstrap } from './bootstrap.ts';
import type { SimTransport, TransportErrorFactory } from './contract.ts';
import { createControllers } from './controllers/controllers.ts';
import { evict } from './controllers/disruption/eviction.ts';
import { runControllers } from './controllers/runner.ts';
import { crdStrategy } from './crds/strategy.ts';
import { createDiscovery } from './discovery/discovery.ts';
import type { RequestRecord } from './faults/request-record.ts';
import { type Rule, Script, type ScriptedRule } from './faults/script.ts';
import type { FaultTarget } from './faults/target.ts';
import { RequestLog } from './in-process/request-log.ts';
import { createSimTransport } from './in-process/transport.ts';
import type { Admission, Core, Extension } from './requests/core.ts';
import { prepareCrdForDelete, serveCustomResources } from './requests/custom-resources.ts';
import { RootCertificate } from './requests/root-certificate.ts';
import { Definitions, typeOf } from './requests/definitions.ts';
import { createHandler } from './requests/handler.ts';
import { createInsideClient } from './requests/inside-client.ts';
import { namespaceParts } from './requests/namespaces.ts';
import { Reactions } from './requests/reactions.ts';
import { builtinExtensions } from './requests/builtin-extensions.ts';
import { strategyContext } from './requests/strategy-context.ts';
import { timestamps } from './requests/system-fields.ts';
import { WatchCache } from './requests/watch-cache.ts';
import { podLogs } from './server/pod-logs.ts';
import { Store } from './storage/store.ts';
import { objectOf, type Stored } from './storage/stored.ts';

/** What a control plane is made with. */
export interface KubeSimOptions {
  readonly clock: Clock;
  readonly rng: Rng;
  /** How many changes are remembered for watches and old lists. Default 10,000. */
  readonly historySize?: number;
  /** How many requests are written down. Default 1,000. */
  readonly requestLogSize?: number;
  /** Whether watches may begin with a streamed snapshot (KEP-3157), as older servers do not know. Default true. */
  readonly watchList?: boolean;
  /** Whether controllers run: of StatefulSets, Jobs, claims, budgets, namespaces and the like. Default true. */
  readonly controllers?: boolean;
  /** What a controller or a listener to changes (`onChange`) threw, apart from conflicts. By default nobody is told. */
  readonly onControllerError?: (controller: string, key: string, error: unknown) => void;
}

/** What a transport is made with. */
export interface SimTransportOptions {
  /** Who asks. Default: an administrator, who may do everything. */
  readonly user?: UserInfo;
  /** Makes the errors of requests that get no answer. Default: plain errors. */
  readonly error?: TransportErrorFactory;
  /** By default `kube-sim`. The part before a slash names the field manager of requests that do not. */
  readonly userAgent?: string;
}

/** A control plane. What it does to itself, it does as soon as a request is answered. */
export interface KubeSim extends FaultTarget {
  readonly clock: Clock;
  /** Answers requests of users that are known already. */
  readonly handler: Handler;
  /** The last requests of all transports, in the order in which they took effect: as many as `requestLogSize`, or some more. */
  readonly requests: readonly RequestRecord[];
  /** The rules for faults that are in force, for a server that stands in front of the handler. */
  readonly faults: Script;
  /** Reads and writes without a request. */
  readonly client: InsideClient;
  /** A way in for a client in this process. */
  transport(options?: SimTransportOptions): SimTransport;
  /** Tells of each change once the request that made it is done; the result ends it. */
  onChange(listener: (change: Change) => void): () => void;
  /** Lets `admission` see, change and refuse what is written; the result takes it out again. */
  admit(admission: Admission): () => void;
  /** Answers for a subresource (`pods/eviction`) or for a resource that is not stored. */
  extend(name: string, extension: Extension): void;
  restart(options?: { readonly olderBy?: number; readonly catchUpMs?: number }): void;
  staleReads(olderBy: number, type?: ResourceType): () => void;
  /** Publishes the certificate of the authority by which pods know the API server (`kube-root-ca.crt`), PEM. */
  trust(rootCa: string): void;
  /** Ends all watches, requests and controllers. */
  close(): Promise<void>;
}

/** An administrator, as `kubectl` has on a new cluster. */
export const administrator: UserInfo = {
  name: 'kubernetes-admin',
  groups: ['system:masters', 'system:authenticated'],
};

const plainError: TransportErrorFactory = (message) => new Error(message);

/** Default time after which a server that came back with an old view has caught up. */
const defaultCatchUpMs = 1000;

/** Makes a control plane with the usual namespaces and roles. */
export function createKubeSim(options: KubeSimOptions): KubeSim {
  const { clock, rng, historySize, watchList = true, requestLogSize = 1000 } = options;
  const { core, admissions, extensions } = createCore({
    clock,
    rng,
    historySize,
    watchList,
    reactions: new Reactions((key, error) => options.onControllerError?.('onChange', key, error)),
  });
  const { store, cache } = core;
  const handler = createHandler(core);
  const client = createInsideClient(core);
  const script = new Script();
  const requests = new RequestLog(requestLogSize);
  const transports = new Set<SimTransport>();
  serveCustomResources(core, client);
  bootstrap(client);
  extensions.set('pods/eviction', (call) => evict(call, client));
  extensions.set('pods/log', podLogs(client));
  const certificate = new RootCertificate(client);
  const stopControllers =
    options.controllers === false ? noop : startControllers(core, client, certificate, options);
  return {
    clock,
    handler,
    get requests() {
      return requests.records;
    },
    faults: script,
    client,
    transport: ({ user = administrator, error = plainError, userAgent = 'kube-sim' } = {}) => {
      const parts = { clock, handler, script, user, error, userAgent, log: requests };
      const made = createSimTransport(parts);
      const transport: SimTransport = {
        ...made,
        close: () => {
          transports.delete(transport);
          return made.close();
        },
      };
      transports.add(transport);
      return transport;
    },
    onChange: (listener) =>
      store.subscribe(({ type, resource, stored, previous }) => {
        const change = changeOf(type, typeOf(resource), stored, previous);
        core.reactions.add(stored.key, () => {
          listener(change);
        });
      }),
    admit: (admission) => {
      admissions.add(admission);
      return () => {
        admissions.delete(admission);
      };
    },
    extend: (name, extension) => {
      extensions.set(name, extension);
    },
    script: (rule: Rule): ScriptedRule => script.add(rule),
    compact: () => {
      store.compact();
      cache.catchUp();
    },
    restart: ({ olderBy = 0, catchUpMs = defaultCatchUpMs } = {}) => {
      cache.endWatches();
      if (olderBy > 0) cache.hold(store.revision - olderBy, undefined, catchUpMs);
    },
    staleReads: (olderBy, type) => cache.hold(store.revision - olderBy, type),
    trust: (rootCa) => {
      certificate.publish(rootCa);
    },
    close: async () => {
      stopControllers();
      cache.close();
      await Promise.all([...transports].map((transport) => transport.close()));
    },
  };
}

function noop(): void {
  // There is nothing to stop.
}

function startControllers(
  core: Core,
  client: InsideClient,
  certificate: RootCertificate,
  { onControllerError }: KubeSimOptions,
): () => void {
  const { store, clock, rng, definitions } = core;
  const controllers = createControllers({
    definitions,
    find: (definition, namespace, name) => client.get(definition, namespace, name),
    rootCa: () => certificate.pem,
  });
  const onError = onControllerError === undefined ? {} : { onError: onControllerError };
  return runControllers(controllers, { store, client, clock, rng, ...onError });
}

interface Made {
  readonly core: Core;
  readonly admissions: Set<Admission>;
  readonly extensions: Map<string, Extension>;
}

function createCore({
  clock,
  rng,
  historySize,
  watchList,
  reactions,
}: Pick<Core, 'clock' | 'rng' | 'watchList' | 'reactions'> & {
  readonly historySize: number | undefined;
}): Made {
  const store = new Store(historySize === undefined ? {} : { historySize });
  const definitions = new Definitions();
  definitions.set('built-in', builtinDefinitions({ strategies: strategies() }));
  const admissions = new Set<Admission>();
  const extensions = new Map<string, Extension>();
  const core: Core = {
    clock,
    rng,
    store,
    cache: new WatchCache(store, clock),
    watchList,
    definitions,
    reactions,
    context: strategyContext({ clock, definitions, store }),
    timestamp: timestamps(clock),
    newFields: rememberNewFields(),
    admissions,
    extensions,
    authorize: (attributes) => {
      authorize(attributes);
    },
    actAs: (headers, attributes) => impersonated(headers, attributes, authorizer),
    otherPath: createDiscovery({ definitions: () => definitions.all() }),
  };
  const authorizer = createAuthorizer(core.context);
  store.subscribe(({ resource }) => {
    if (resource.startsWith('rbac.authorization.k8s.io/')) authorizer.changed();
  });
  const authorize = (attributes: AccessAttributes): void => {
    const { allowed, reason } = authorizer.decide(attributes);
    if (!allowed) throw forbidden(attributes, reason);
  };
  for (const [name, extension] of builtinExtensions(authorizer)) extensions.set(name, extension);
  return { core, admissions, extensions };
}

function strategies(): NonNullable<Parameters<typeof builtinDefinitions>[0]>['strategies'] & object {
  return {
    namespaces: namespaceParts,
    'customresourcedefinitions.apiextensions.k8s.io': {
      ...crdStrategy(),
      prepareForDelete: (crd, { nowMs }) => {
        prepareCrdForDelete(crd, nowMs);
      },
    },
  };
}

function changeOf(
  type: Change['type'],
  resource: TypeRef,
  stored: Stored,
  previous: Stored | undefined,
): Change {
  return {
    type,
    resource,
    namespace: stored.namespace,
    name: stored.name,
    object: () => objectOf(stored),
    old: () => (previous === undefined ? undefined : objectOf(previous)),
  };
}
