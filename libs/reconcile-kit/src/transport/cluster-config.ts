import type { Clock } from '@neo4j-operator/clock';
import type { Logger } from '../core/logger.ts';
import { inClusterConfig, runsInCluster } from './in-cluster.ts';

/** What proves to the server who asks, and to us that it is the server. All PEM texts. */
export interface Identity {
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  readonly token?: string;
}

/** Where the API server is and how to talk to it. */
export interface ClusterConfig {
  /** Where this was read, for messages: `the pod's service account`, or a file. */
  readonly source: string;
  /** `https://host:port`, without a trailing slash; may have a path. */
  readonly server: string;
  /** The namespace that is meant when none is named. */
  readonly namespace: string;
  /** The name that the server's certificate must carry, if not the URL's. */
  readonly serverName?: string;
  readonly insecureSkipTlsVerify: boolean;
  /** Reads the credentials; called again about every minute and when the server says 401, so that rotation is noticed. */
  readonly loadIdentity: () => Promise<Identity>;
}

/** The configuration cannot be used; the message says what to mend. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

export interface LoadClusterConfigOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
  readonly logger: Logger;
  /** A kubeconfig to use whatever else there is. */
  readonly kubeconfig?: string | undefined;
  /** Default: the kubeconfig's current context. */
  readonly context?: string | undefined;
}

/**
 * Finds the cluster as kubectl and client-go do: an explicit kubeconfig, else the pod's service account, else `KUBECONFIG`, else
 * `~/.kube/config`.
 *
 * @throws ConfigError
 */
export async function loadClusterConfig(options: LoadClusterConfigOptions): Promise<ClusterConfig> {
  const { env, kubeconfig } = options;
  if (kubeconfig === undefined && runsInCluster(env)) return inClusterConfig(env);
  const { kubeconfigCluster } = await import('./kubeconfig.ts');
  if (kubeconfig !== undefined) return kubeconfigCluster([kubeconfig], options);
  const listed = env['KUBECONFIG']?.split(':').filter(Boolean) ?? [];
  return kubeconfigCluster(listed.length > 0 ? listed : [`${env['HOME'] ?? ''}/.kube/config`], options);
}
