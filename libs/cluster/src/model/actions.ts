// What a plan for a cluster can contain. One executor per kind is in execute/.
import type { Settings } from '@neo4j-operator/neo4j-admin';
import type { Action } from '@neo4j-operator/reconcile-kit';
import type { Formation, Pool, SystemMode } from './formation.ts';
import type { Claim, DisruptionBudget, Service, StatefulSet } from './resources.ts';
import type { ConfigMap } from '@neo4j-operator/cluster-access';

/** Which Secret is made once. */
export type SecretRole = 'bootstrap' | 'operator-account' | 'admin';

export type ClusterAction =
  /** Makes a Secret with a generated value, by POST. */
  | (Action & { readonly kind: 'CreateSecret'; readonly role: SecretRole })
  /** Takes back the note which password the administrator has: it was about volumes that are gone. */
  | (Action & { readonly kind: 'ForgetPassword' })
  /** Makes a claim, by POST: this is what allots a number to a server. */
  | (Action & {
      readonly kind: 'CreateClaim';
      readonly number: number;
      readonly pool: Pool;
      readonly systemMode: SystemMode;
      readonly formation: Formation;
      readonly claim: Claim;
    })
  /** Asks for a larger volume. */
  | (Action & { readonly kind: 'GrowClaim'; readonly size: string })
  /** Applies an object that nothing is generated in. */
  | (Action & {
      readonly kind: 'Apply';
      readonly object: StatefulSet | Service | ConfigMap | DisruptionBudget;
    })
  /** Has a template that must not change otherwise name another ConfigMap, and its StatefulSet run the one pod. */
  | (Action & { readonly kind: 'RepointTemplate'; readonly configMap: string })
  /** Deletes a ConfigMap that no template and no pod names any more. */
  | (Action & { readonly kind: 'CollectConfigMap' })
  /** Logs in with the bootstrap password and makes the operator's account. */
  | (Action & { readonly kind: 'EstablishAccount' })
  /** Gives the user `neo4j` the password of the administrator's Secret. */
  | (Action & { readonly kind: 'SetAdminPassword' })
  /** Writes the server's id onto its claim. */
  | (Action & { readonly kind: 'RecordIdentity'; readonly serverId: string })
  /** Enables a server that is free. */
  | (Action & {
      readonly kind: 'EnableServer';
      readonly serverId: string;
      readonly modeConstraint: 'NONE' | 'SECONDARY';
    })
  /** Changes the topology of the default database. */
  | (Action & {
      readonly kind: 'SetDefaultTopology';
      readonly database: string;
      readonly primaries: number;
      readonly secondaries: number;
    })
  /** Has a running server take settings that need no restart, and notes that on its pod. */
  | (Action & {
      readonly kind: 'SetLiveSettings';
      readonly address: string;
      readonly settings: Settings;
      /** What is noted on the pod. */
      readonly mark: string;
    })
  /** Deletes the pod of a server that does not come up, so that it starts with the template as it is now. */
  | (Action & {
      readonly kind: 'RestartNewcomer';
      readonly number: number;
      readonly revision: string;
      /** It has an identity, so that nobody else of the cluster may run. */
      readonly wasMember: boolean;
    })
  /** Deletes a claim or Secret of a cluster that is deleted with everything it has. */
  | (Action & { readonly kind: 'DeleteKept' });
