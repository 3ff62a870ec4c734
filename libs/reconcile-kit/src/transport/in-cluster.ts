import { existsSync } from 'node:fs';
import { type ClusterConfig, ConfigError } from './cluster-config.ts';
import { readConfigured } from './read-file.ts';

/** Where the kubelet mounts a pod's service account. */
const serviceAccountDir = '/var/run/secrets/kubernetes.io/serviceaccount';

type Env = Readonly<Record<string, string | undefined>>;

/** Is this process in a pod with a service account? */
export function runsInCluster(env: Env, dir = serviceAccountDir): boolean {
  return env['KUBERNETES_SERVICE_HOST'] !== undefined && existsSync(`${dir}/token`);
}

/** The cluster that this pod runs in. The token is a projected one that the kubelet renews, so it is read again and again. */
export async function inClusterConfig(env: Env, dir = serviceAccountDir): Promise<ClusterConfig> {
  const host = env['KUBERNETES_SERVICE_HOST'];
  const port = env['KUBERNETES_SERVICE_PORT'];
  if (host === undefined || port === undefined) {
    throw new ConfigError(
      'KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT are not both set: run this in a pod',
    );
  }
  const role = "the pod's service account; set automountServiceAccountToken";
  return {
    source: "the pod's service account",
    server: `https://${host.includes(':') ? `[${host}]` : host}:${port}`,
    namespace: (await readConfigured(`${dir}/namespace`, role)).trim(),
    insecureSkipTlsVerify: false,
    loadIdentity: async () => ({
      token: (await readConfigured(`${dir}/token`, role)).trim(),
      ca: await readConfigured(`${dir}/ca.crt`, role),
    }),
  };
}
