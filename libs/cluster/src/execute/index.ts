// The only place that writes: one executor for each kind of action.
import { ApplyMemo } from '@neo4j-operator/reconcile-kit';
import type { ClusterAction } from '../model/actions.ts';
import { establishAccount, forgetPassword, setAdminPassword } from './accounts.ts';
import { apply } from './apply.ts';
import { createClaim, growClaim, recordIdentity } from './claims.ts';
import { collectConfigMap, repointTemplate } from './config-maps.ts';
import { createSecret } from './create-secret.ts';
import { deleteKept } from './delete-kept.ts';
import type { Executor } from './executor.ts';
import { setLiveSettings } from './live-settings.ts';
import type { ExecutePorts } from './ports.ts';
import { Recent } from './recent.ts';
import { restartNewcomer } from './restart-newcomer.ts';
import { enableServer } from './servers.ts';
import { setDefaultTopology } from './topology.ts';

export type { ExecuteContext } from './executor.ts';

/** Milliseconds until something that was refused, or had no effect, is tried again if nothing has changed. */
const pauseMs = 60_000;

/** Milliseconds that servers have to learn of a new account. */
const learningMs = 10_000;

/** All executors, by the kind of action. */
export type Executors = { readonly [K in ClusterAction['kind']]: Executor<K> };

/** The executors of one controller, with what they remember of their own failures. */
export function createExecutors(ports: Pick<ExecutePorts, 'access' | 'secrets'>): Executors {
  const all: ExecutePorts = {
    ...ports,
    memo: new ApplyMemo(),
    refused: new Recent(pauseMs),
    asked: new Recent(pauseMs),
    established: new Recent(learningMs),
  };
  return {
    CreateSecret: createSecret,
    ForgetPassword: forgetPassword,
    CreateClaim: createClaim,
    GrowClaim: growClaim(all),
    Apply: apply(all),
    RepointTemplate: repointTemplate,
    CollectConfigMap: collectConfigMap,
    EstablishAccount: establishAccount(all),
    SetAdminPassword: setAdminPassword(all),
    RecordIdentity: recordIdentity,
    EnableServer: enableServer(all),
    SetDefaultTopology: setDefaultTopology(all),
    SetLiveSettings: setLiveSettings(all),
    RestartNewcomer: restartNewcomer,
    DeleteKept: deleteKept,
  };
}
