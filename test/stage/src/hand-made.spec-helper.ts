// A cluster as somebody without an operator would write it down: claims, Secrets, ConfigMaps, Services, StatefulSets.

/** What a hand-made cluster is to be. */
export interface HandMade {
  readonly name: string;
  readonly servers: number;
  readonly version?: string;
  /** Lines of neo4j.conf that are added on every server. */
  readonly settings?: Readonly<Record<string, string>>;
}

const password = 'correct-horse';

/** Its YAML. */
export function handMade({ name, servers, settings = {}, version = '2026.08.1' }: HandMade): string {
  const numbers = Array.from({ length: servers }, (_, index) => index + 1);
  const endpoints = numbers.map((number) => `${hostOf(name, number)}:6000`).join(',');
  const objects = [
    {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: `${name}-bootstrap` },
      stringData: { auth: `neo4j/${password}` },
    },
    ...numbers.flatMap((number) => {
      const server = `${name}-${number}`;
      const conf = {
        'server.default_advertised_address': hostOf(name, number),
        'dbms.cluster.endpoints': endpoints,
        'dbms.cluster.minimum_initial_system_primaries_count': String(Math.min(3, servers)),
        'initial.dbms.default_primaries_count': String(Math.min(3, servers)),
        'server.memory.heap.max_size': '512m',
        'server.memory.pagecache.size': '256m',
        ...settings,
      };
      const labels = { 'neo4j.neo4j.com/cluster': name, server };
      return [
        {
          apiVersion: 'v1',
          kind: 'PersistentVolumeClaim',
          metadata: { name: server },
          spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '10Gi' } } },
        },
        {
          apiVersion: 'v1',
          kind: 'ConfigMap',
          metadata: { name: server },
          data: {
            'neo4j.conf': Object.entries(conf)
              .map(([setting, value]) => `${setting}=${value}\n`)
              .join(''),
          },
        },
        {
          apiVersion: 'v1',
          kind: 'Service',
          metadata: { name: server },
          spec: {
            publishNotReadyAddresses: true,
            selector: { server },
            ports: [{ name: 'bolt', port: 7687 }],
          },
        },
        {
          apiVersion: 'apps/v1',
          kind: 'StatefulSet',
          metadata: { name: server },
          spec: {
            replicas: 1,
            serviceName: server,
            selector: { matchLabels: { server } },
            updateStrategy: { type: 'OnDelete' },
            template: { metadata: { labels }, spec: podOf(name, server, version) },
          },
        },
      ];
    }),
  ];
  return objects.map((object) => JSON.stringify(object)).join('\n---\n');
}

/** The host of a server. */
export function hostOf(name: string, number: number): string {
  return `${name}-${number}.default.svc.cluster.local`;
}

/** Addresses and login, for a connector. */
export function endpointOf(
  name: string,
  servers: number,
): {
  readonly scheme: 'neo4j';
  readonly addresses: () => readonly string[];
  readonly credentials: { readonly username: string; readonly password: string };
  readonly connectTimeoutMs: number;
} {
  return {
    scheme: 'neo4j',
    addresses: () => Array.from({ length: servers }, (_, index) => `${hostOf(name, index + 1)}:7687`),
    credentials: { username: 'neo4j', password },
    connectTimeoutMs: 5000,
  };
}

function podOf(name: string, server: string, version: string): object {
  return {
    automountServiceAccountToken: false,
    containers: [
      {
        name: 'neo4j',
        image: `neo4j:${version}-enterprise`,
        env: [
          { name: 'NEO4J_ACCEPT_LICENSE_AGREEMENT', value: 'eval' },
          { name: 'NEO4J_CONF', value: '/config' },
          { name: 'NEO4J_AUTH_PATH', value: '/auth/auth' },
        ],
        resources: { requests: { cpu: '100m', memory: '1Gi' }, limits: { memory: '1Gi' } },
        readinessProbe: { tcpSocket: { port: 7687 }, periodSeconds: 2 },
        volumeMounts: [
          { name: 'data', mountPath: '/data' },
          { name: 'config', mountPath: '/config', readOnly: true },
          { name: 'auth', mountPath: '/auth', readOnly: true },
        ],
      },
    ],
    volumes: [
      { name: 'data', persistentVolumeClaim: { claimName: server } },
      { name: 'config', configMap: { name: server } },
      { name: 'auth', secret: { secretName: `${name}-bootstrap` } },
    ],
  };
}
