// What a DELETE may say, in its query or in its body.
import { badRequest, invalid } from '../api/failure.ts';
import type { ApiRequest, DeleteOptions } from '../api/request.ts';
import { parseBody } from './body.ts';
import { dryRunCauses, unsupported } from './options.ts';
import { unregistered } from './read-object.ts';

/** Options as they are sent; the older way to ask for orphans is still understood. */
export interface SentDeleteOptions extends DeleteOptions {
  readonly orphanDependents?: boolean;
}

/**
 * Reads and checks them: what is in the body comes first.
 *
 * @throws ApiFailure 400, 422
 */
export function deleteOptions({ body = '', headers, query }: ApiRequest): SentDeleteOptions {
  const options = body === '' ? fromQuery(query) : fromBody(body, headers['content-type']);
  const { propagationPolicy, orphanDependents, dryRun = [] } = options;
  const causes = dryRunCauses(dryRun);
  if (propagationPolicy !== undefined && orphanDependents !== undefined) {
    const message =
      'Invalid value: ' +
      JSON.stringify(propagationPolicy) +
      ': orphanDependents and deletionPropagation cannot be both set';
    causes.push({ reason: 'FieldValueInvalid', message, field: 'propagationPolicy' });
  }
  if (propagationPolicy !== undefined && !policies.has(propagationPolicy)) {
    const supported = '"Foreground", "Background", "Orphan", "nil"';
    causes.push(unsupported('propagationPolicy', JSON.stringify(propagationPolicy), supported));
  }
  if (causes.length > 0) throw invalid('meta.k8s.io', 'DeleteOptions', '', causes);
  return options;
}

const policies = new Set<string>(['Foreground', 'Background', 'Orphan']);

function fromBody(body: string, contentType: string | undefined): SentDeleteOptions {
  const parsed = (parseBody(body, contentType) ?? {}) as SentDeleteOptions & {
    readonly kind?: string;
    readonly apiVersion?: string;
  };
  const { kind = 'DeleteOptions', apiVersion = 'v1' } = parsed;
  const { gracePeriodSeconds: grace } = parsed as { readonly gracePeriodSeconds?: unknown };
  if (grace !== undefined && grace !== null && typeof grace !== 'number') {
    throw badRequest(
      `json: cannot unmarshal ${typeof grace} into Go struct field DeleteOptions.gracePeriodSeconds of type int64`,
    );
  }
  if (kind !== 'DeleteOptions') throw badRequest(unregistered(apiVersion, kind));
  return parsed;
}

function fromQuery(query: URLSearchParams): SentDeleteOptions {
  if (query.size === 0) return {};
  const grace = query.get('gracePeriodSeconds');
  const policy = query.get('propagationPolicy');
  const orphan = query.get('orphanDependents');
  if (grace !== null && !/^[+-]?\d+$/.test(grace)) {
    throw badRequest(`strconv.ParseInt: parsing ${JSON.stringify(grace)}: invalid syntax`);
  }
  return {
    ...(grace === null ? {} : { gracePeriodSeconds: Number(grace) }),
    ...(policy === null
      ? {}
      : { propagationPolicy: policy as NonNullable<DeleteOptions['propagationPolicy']> }),
    ...(orphan === null ? {} : { orphanDependents: orphan !== 'false' && orphan !== '0' }),
    ...(query.has('dryRun') ? { dryRun: query.getAll('dryRun') } : {}),
  };
}
