// The audit log of a simulated control plane: what reaches its handler, in the terms of the real log.
import { systemClock } from '@neo4j-operator/clock';
import type { ApiRequest, Handler } from '@neo4j-operator/kube-sim';
import { type Audit, type AuditEntry, type AuditResource, isWrite } from './audit.ts';

/** Keeps every request in memory. */
export class SimulatedAudit implements Audit {
  readonly #entries: AuditEntry[] = [];

  /** The same handler, with its requests written down. */
  listenTo(handler: Handler): Handler {
    return (request) => {
      const receivedAt = now();
      const answer = handler(request);
      const resource = resourceOf(request.path);
      this.#entries.push({
        auditId: String(this.#entries.length),
        stage: 'watch' in answer ? 'ResponseStarted' : 'ResponseComplete',
        verb: verbOf(request, resource),
        user: request.user.name,
        userAgent: request.headers['user-agent'] ?? '',
        uri: [request.path, request.query.toString()].filter((part) => part !== '').join('?'),
        ...(resource === undefined ? {} : { resource }),
        code: 'status' in answer ? answer.status : 0,
        receivedAt,
        stageAt: now(),
      });
      return answer;
    };
  }

  position(): number {
    return this.#entries.length;
  }

  entries({ since = 0 }: { readonly since?: number } = {}): readonly AuditEntry[] {
    return this.#entries.slice(since);
  }

  writes(user: string, options: { readonly since?: number } = {}): readonly AuditEntry[] {
    return this.entries(options).filter((entry) => entry.user === user && isWrite(entry));
  }
}

/** Epoch milliseconds with a fraction, so that requests within a millisecond have an order. */
function now(): number {
  return performance.timeOrigin + systemClock.monotonic();
}

function resourceOf(path: string): AuditResource | undefined {
  const parts = path.split('/').filter((part) => part !== '');
  const [group, version] =
    parts[0] === 'api' ? ['', parts[1]] : parts[0] === 'apis' ? [parts[1], parts[2]] : [];
  const rest = parts.slice(parts[0] === 'api' ? 2 : 3);
  const isWithin =
    rest[0] === 'namespaces' && rest.length > 2 && !['status', 'finalize'].includes(rest[2] ?? '');
  const [resource, name, subresource] = isWithin ? rest.slice(2) : rest;
  if (group === undefined || version === undefined || resource === undefined) return undefined;
  return {
    group,
    version,
    resource,
    ...(subresource === undefined ? {} : { subresource }),
    ...(isWithin ? { namespace: rest[1] ?? '' } : {}),
    ...(name === undefined ? {} : { name }),
  };
}

function verbOf({ method, query }: ApiRequest, resource: AuditResource | undefined): string {
  switch (method) {
    case 'GET':
      if (resource === undefined || resource.name !== undefined) return 'get';
      return ['1', 'true'].includes(query.get('watch') ?? '') ? 'watch' : 'list';
    case 'POST':
      return 'create';
    case 'PUT':
      return 'update';
    case 'PATCH':
      return 'patch';
    default:
      return resource?.name === undefined ? 'deletecollection' : 'delete';
  }
}
