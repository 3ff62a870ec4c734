// How the operator gets an account of its own, and the administrator his password. Each statement may be the last that is sent: whoever comes
// next begins anew, and none of them does harm twice. The administrator's password is set last, by the operator's own account, since from
// then on the bootstrap password opens nothing.
import {
  annotations,
  type ClusterObject,
  type ClusterTarget,
  labels,
  objectNames,
  secrets,
  secretText,
} from '@neo4j-operator/cluster-access';
import {
  alterUser,
  type ClusterConnections,
  createUser,
  type Credentials,
  grantRoles,
  Neo4jError,
  readUsers,
  showCurrentUser,
  type Statement,
} from '@neo4j-operator/neo4j-admin';
import {
  keyOf,
  objectKey,
  PreconditionFailed,
  type Stored,
  TerminalError,
} from '@neo4j-operator/reconcile-kit';
import { adminSecretKey, isSecretOf } from '../analyze/accounts.ts';
import { readCredentials } from '../analyze/sight.ts';
import { claims } from '../model/resources.ts';
import { checkAdminSecret } from '../validate/index.ts';
import { isClaimOf } from './claims.ts';
import type { ExecuteContext, Executor } from './executor.ts';
import { annotate, removeAnnotation } from './patch.ts';
import type { ExecutePorts } from './ports.ts';
import { sessionOf, targetOf } from './target.ts';

type AccountPorts = Pick<ExecutePorts, 'access' | 'secrets' | 'refused' | 'established'>;

/** Of the user that every server has from the start. */
const administrator = 'neo4j';

const adminRole = 'admin';

/**
 * Makes the operator's account with the login that servers start with, and checks it by logging in as itself.
 *
 * @throws TerminalError with the reason `LoginRefused` if that login is refused too: the volumes know other passwords
 */
export function establishAccount(ports: AccountPorts): Executor<'EstablishAccount'> {
  return async (_action, object, { clock, signal }) => {
    const { access, established, refused } = ports;
    const session = sessionOf(access, keyOf(object));
    const { namespace, name } = object.metadata;
    const bootstrapKey = objectKey(namespace, objectNames.bootstrap(name));
    const ownKey = objectKey(namespace, objectNames.operatorAccount(name));
    const bootstrap = await readCredentials(ports.secrets, bootstrapKey, signal);
    const own = await readCredentials(ports.secrets, ownKey, signal);

    // Other passwords are another attempt, and so is another cluster of the same name.
    const what = [object.metadata.uid, bootstrap.password, own.password].join(' ');
    const refusal = refused.get(what, clock.monotonic());
    if (refusal !== undefined) throw new TerminalError('LoginRefused', refusal);
    if (established.get(what, clock.monotonic()) === undefined) {
      try {
        const leader = await withLogin(access, session.target, bootstrap, (connections) =>
          makeAccount(connections, session.target, own, signal),
        );
        await withLogin(access, session.target, own, (connections) =>
          checkAccount(connections, session.target, own, leader),
        );
      } catch (error) {
        // The account may have been made meanwhile where its own login was refused before.
        session.retryLogin();
        if (!(error instanceof BootstrapRefused)) throw error;
        const message =
          'Neo4j accepts neither the password of the operator nor the one that servers start with, as when volumes were kept and ' +
          `Secrets were not: restore the Secret ${ownKey} or ${bootstrapKey}; or, as the administrator, run ALTER USER \`${own.username}\` ` +
          'SET PASSWORD ... CHANGE NOT REQUIRED with what its Secret has; or, if the data are not needed, delete the cluster and its claims ' +
          'and apply it again';
        refused.note(what, message, clock.monotonic());
        throw new TerminalError('LoginRefused', message, { cause: error.cause });
      }
      established.note(what, 'made and checked', clock.monotonic());
    }
    session.retryLogin();
  };
}

/**
 * Gives the administrator the password of his Secret, and notes on the Secret of the operator's account which version that was. To set it
 * again, because the note was not written, changes nothing.
 *
 * @throws TerminalError with the reason `AdminSecretInvalid` if the server refuses the password
 */
export function setAdminPassword(
  ports: Pick<ExecutePorts, 'access' | 'secrets'>,
): Executor<'SetAdminPassword'> {
  return async (_action, object, context) => {
    const session = sessionOf(ports.access, keyOf(object));
    const key = adminSecretKey(object);
    const secret = await ports.secrets.read(key, context.signal);
    const password = secretText(secret, 'password');
    const problem = secret === undefined ? 'it is gone' : checkAdminSecret(secret);
    if (secret === undefined || password === undefined || problem !== undefined) {
      throw new PreconditionFailed(`the Secret ${key} cannot be used: ${problem ?? 'it has no password'}`);
    }
    try {
      const change = { password: { password, changeRequired: false } };
      await session.admin(alterUser(session.target.version, administrator, change)).catch(unlessSame);
    } catch (error) {
      if (!isReason(error, 'PasswordTooShort', 'InvalidArgument')) throw error;
      const message = `Neo4j does not take the password of the Secret ${key}: put another one there`;
      throw new TerminalError('AdminSecretInvalid', message, { cause: error });
    }
    await note(object, `${secret.metadata.uid}/${secret.metadata.resourceVersion}`, context);
  };
}

/**
 * Takes back the note which password the administrator has, before the first volume is made.
 *
 * @throws PreconditionFailed if there are volumes, which the note may be about
 */
export const forgetPassword: Executor<'ForgetPassword'> = async ({ target }, object, context, checked) => {
  const { namespace, name } = object.metadata;
  const { live, signal } = context;
  const scope = {
    labelSelector: `${labels.cluster}=${name}`,
    ...(namespace === undefined ? {} : { namespace }),
  };
  const kept = await live.list(claims, scope, { signal });
  if (kept.some((claim) => claim.metadata.deletionTimestamp === undefined && isClaimOf(object, claim))) {
    throw new PreconditionFailed(`the cluster ${keyOf(object)} has volumes by now`);
  }
  const secret = await targetOf(secrets, target.key, checked, context);
  await removeAnnotation(secrets, secret, annotations.adminPassword, context);
};

/** Three statements, each of which says where `system` is led. */
async function makeAccount(
  connections: ClusterConnections,
  { edition, version }: ClusterTarget,
  { username, password }: Credentials,
  signal: AbortSignal,
): Promise<string> {
  const secret = { password: { password, changeRequired: false } };
  const run = async (statement: Statement): Promise<string> => {
    signal.throwIfAborted();
    try {
      return (await connections.admin(statement)).server.address;
    } catch (error) {
      throw isReason(error, 'Unauthorized') ? new BootstrapRefused('refused', { cause: error }) : error;
    }
  };
  const leader = await run(createUser(version, { username, ...secret }));
  // It may be there from another time, with the password of a Secret that is gone.
  await run(alterUser(version, username, secret)).catch(unlessSame);
  return edition === 'community' ? leader : run(grantRoles(version, [adminRole], username));
}

/** Logs in where the account was made: other servers may not know it yet, and would count the login as a wrong one. */
async function checkAccount(
  connections: ClusterConnections,
  { edition, version }: ClusterTarget,
  { username }: Credentials,
  leader: string,
): Promise<void> {
  const [user] = readUsers((await connections.direct(leader, showCurrentUser(version))).rows);
  if (user?.username !== username) {
    throw new Error(`${leader} takes the login of ${username} for ${user?.username ?? 'nobody'}`);
  }
  if (edition === 'enterprise' && user.roles?.has(adminRole) !== true) {
    throw new Error(`the account ${username} does not have the role ${adminRole} at ${leader} yet`);
  }
}

/** The login that servers start with is none any more, in contrast to that of the account: a server may not know that one yet. */
class BootstrapRefused extends Error {
  override readonly name = 'BootstrapRefused';
}

async function withLogin<T>(
  access: ExecutePorts['access'],
  target: ClusterTarget,
  credentials: Credentials,
  work: (connections: ClusterConnections) => Promise<T>,
): Promise<T> {
  const connections = access.connect({ ...target, credentials: () => Promise.resolve(credentials) });
  try {
    return await work(connections);
  } finally {
    await connections.close();
  }
}

async function note(object: Stored<ClusterObject>, mark: string, context: ExecuteContext): Promise<void> {
  const key = objectKey(object.metadata.namespace, objectNames.operatorAccount(object.metadata.name));
  const secret = await context.live.get(secrets, key, { signal: context.signal });
  if (secret === undefined || !isSecretOf(object, 'operator-account', secret)) {
    throw new PreconditionFailed(`the Secret ${key} is gone`);
  }
  await annotate(secrets, secret, [annotations.adminPassword, mark], context);
}

/** The password that is to be set is there already: somebody was interrupted after that. */
function unlessSame(error: unknown): undefined {
  if (isReason(error, 'SamePassword')) return undefined;
  throw error;
}

function isReason(error: unknown, ...reasons: readonly Neo4jError['reason'][]): boolean {
  return error instanceof Neo4jError && reasons.includes(error.reason);
}
