/** What somebody who runs the operator decides. */
export interface OperatorSettings {
  /** The namespaces that are looked after; all when undefined. */
  readonly namespaces: readonly string[] | undefined;
  readonly leaderElection: boolean;
  /** Where the Lease is. */
  readonly leaseNamespace: string;
  /** Who this process is, among replicas. */
  readonly identity: string;
  /** The DNS domain of the Kubernetes cluster. */
  readonly clusterDomain: string;
  /** Where probes and metrics are served; undefined for not at all. */
  readonly http: { readonly port: number; readonly host: string | undefined } | undefined;
}
