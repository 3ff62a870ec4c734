import { clusterRules } from '@neo4j-operator/cluster';
import { databaseRules } from '@neo4j-operator/database';
import { eventRules, leaderElectionRules, mergeRules } from '@neo4j-operator/reconcile-kit';

/** All that the operator may do to what it looks after. The roles under config/rbac are made of it. */
export const workRules = mergeRules(...clusterRules, ...databaseRules, ...eventRules);

/** What it may do in the namespace of its Lease. */
export const electionRules = mergeRules(...leaderElectionRules);
