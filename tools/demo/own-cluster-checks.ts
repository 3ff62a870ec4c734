// What is looked at before anything is changed in somebody's cluster.
import type { KubeObject, KubeTransport } from '@neo4j-operator/reconcile-kit';
import { Refused, type User } from '../../test/stage/src/index.ts';
import { isOurs } from './own-cluster-objects.ts';

/** A thing to be applied and where it goes; no namespace for what is in none. */
export interface Placed {
  readonly object: KubeObject;
  readonly namespace: string | undefined;
}

/** What it takes to look. */
export interface Checking {
  readonly transport: KubeTransport;
  readonly user: Pick<User, 'read'>;
  /** A user whose changes are not made. */
  readonly dryRun: Pick<User, 'apply'>;
}

/** Why the objects cannot be applied, a line for each reason; nothing if they can. */
export async function obstacles(placed: readonly Placed[], checking: Checking): Promise<readonly string[]> {
  const missing = await missingRights(placed, checking.transport);
  if (missing.length > 0) return ['These rights are missing:', ...missing.map((each) => `  ${each}`)];
  const foreign = await foreignObjects(placed, checking.user);
  if (foreign.length > 0) {
    return [
      'These are there already and were not made by this demo, so they are left alone:',
      ...foreign.map((each) => `  ${each}`),
    ];
  }
  return refusals(placed, checking.dryRun);
}

/** The plurals of what is applied. They follow from the kinds. */
function pluralOf({ kind }: KubeObject): string {
  return `${kind.toLowerCase()}s`;
}

function groupOf({ apiVersion }: KubeObject): string {
  return apiVersion.includes('/') ? (apiVersion.split('/')[0] ?? '') : '';
}

async function missingRights(
  placed: readonly Placed[],
  transport: KubeTransport,
): Promise<readonly string[]> {
  const asked = new Map<string, object>();
  for (const { namespace, object } of placed) {
    const where = namespace === undefined ? '' : ` in namespace ${namespace}`;
    for (const verb of ['get', 'create', 'patch']) {
      const [resource, group] = [pluralOf(object), groupOf(object)];
      const name = group === '' ? resource : `${resource}.${group}`;
      asked.set(`${verb} ${name}${where}`, {
        verb,
        resource,
        group,
        ...(namespace === undefined ? {} : { namespace }),
      });
    }
  }
  const answers = await Promise.all(
    [...asked].map(async ([right, attributes]) => ((await mayI(transport, attributes)) ? [] : [right])),
  );
  return answers.flat();
}

async function mayI(transport: KubeTransport, resourceAttributes: object): Promise<boolean> {
  const { body, status } = await transport.request({
    method: 'POST',
    path: '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      apiVersion: 'authorization.k8s.io/v1',
      kind: 'SelfSubjectAccessReview',
      spec: { resourceAttributes },
    }),
  });
  const answer = JSON.parse(new TextDecoder().decode(body)) as {
    readonly message?: string;
    readonly status?: { readonly allowed?: boolean };
  };
  if (status >= 300) throw new Refused(status, answer.message ?? `status ${status}`);
  return answer.status?.allowed === true;
}

async function foreignObjects(placed: readonly Placed[], user: Checking['user']): Promise<readonly string[]> {
  const found = await Promise.all(
    placed.map(async ({ namespace, object }) => {
      const present = await user.read(object, namespace);
      if (present === undefined || isOurs(present)) return [];
      const where = namespace === undefined ? '' : ` in namespace ${namespace}`;
      return [`${object.kind} ${object.metadata.name}${where}`];
    }),
  );
  return found.flat();
}

/** Kinds that can be tried before anything else is there, and that a user with the plain rights may still be refused. */
const triable = ['CustomResourceDefinition', 'Namespace', 'ClusterRole'];

async function refusals(placed: readonly Placed[], dryRun: Checking['dryRun']): Promise<readonly string[]> {
  const found = await Promise.all(
    placed
      .filter(({ object }) => triable.includes(object.kind))
      .map(async ({ object }) => {
        try {
          await dryRun.apply(JSON.stringify(object));
          return [];
        } catch (error) {
          if (!(error instanceof Refused)) throw error;
          return [`${object.kind} ${object.metadata.name} is not accepted: ${error.message}`];
        }
      }),
  );
  return found.flat();
}
