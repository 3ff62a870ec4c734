import type { SimObject } from '../api/object.ts';
import type { ResourceType } from '../api/resource.ts';
import { type Authorizer, createAuthorizer } from './authorizer.ts';
import { bootstrapAccess } from './bootstrap.ts';
import type { PolicyRule } from './rules.ts';

const apiGroup = 'rbac.authorization.k8s.io';

/** A store of roles and bindings that begins with those of a new server, and an authorizer over it. */
export class Stored {
  readonly objects: SimObject[] = [...bootstrapAccess()];
  reads = 0;
  readonly authorizer: Authorizer = createAuthorizer({
    list: ({ plural }: ResourceType, namespace?: string) => {
      this.reads++;
      return this.objects.filter(
        ({ kind, metadata }) =>
          `${kind.toLowerCase()}s` === plural &&
          (namespace === undefined || metadata.namespace === namespace),
      );
    },
  });

  /** A role, of a namespace if one is given. */
  role(
    name: string,
    rules: readonly PolicyRule[],
    namespace?: string,
    labels: Record<string, string> = {},
  ): void {
    const kind = namespace === undefined ? 'ClusterRole' : 'Role';
    this.#add({ kind, metadata: { name, labels, ...(namespace === undefined ? {} : { namespace }) }, rules });
  }

  /** A binding, of a namespace if one is given; `subject` as `User alice`, `Group devs` or `ServiceAccount d/sa`. */
  bind(name: string, role: string, subject: string, namespace?: string): void {
    const [kind = '', who = ''] = subject.split(' ');
    const [first = '', second] = who.split('/');
    const whom = second === undefined ? { name: first } : { namespace: first, name: second };
    const [roleKind = '', roleName = ''] = role.split(' ');
    this.#add({
      kind: namespace === undefined ? 'ClusterRoleBinding' : 'RoleBinding',
      metadata: { name, ...(namespace === undefined ? {} : { namespace }) },
      subjects: [{ kind, ...whom }],
      roleRef: { apiGroup, kind: roleKind, name: roleName },
    });
  }

  #add(object: Omit<SimObject, 'apiVersion'> & Pick<SimObject, 'kind' | 'metadata'>): void {
    this.objects.push({ apiVersion: `${apiGroup}/v1`, ...object });
    this.authorizer.changed();
  }
}
