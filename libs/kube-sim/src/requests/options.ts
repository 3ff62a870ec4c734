// What the query of a request may say, apart from lists.
import { type FieldCause, invalid } from '../api/failure.ts';
import type { ApiRequest } from '../api/request.ts';
import { tooLong } from '../schema/causes.ts';
import type { FieldValidation } from '../schema/decode.ts';

const modes: Readonly<Record<string, FieldValidation>> = { Strict: 'strict', Warn: 'warn', Ignore: 'ignore' };

/** By default there are warnings. */
export function fieldValidation(query: URLSearchParams): FieldValidation {
  return modes[query.get('fieldValidation') ?? 'Warn'] ?? 'warn';
}

/** What a write may say. */
export interface WriteOptions {
  readonly dryRun: boolean;
  readonly manager: string;
  readonly force: boolean;
}

/**
 * Reads and checks the options of a write.
 *
 * @throws ApiFailure 422
 */
export function writeOptions(
  request: ApiRequest,
  type: 'CreateOptions' | 'UpdateOptions' | 'PatchOptions',
): WriteOptions {
  const { query, headers } = request;
  if (query.size === 0) return { dryRun: false, manager: managerOf(headers['user-agent']), force: false };
  const fieldManager = query.get('fieldManager') ?? '';
  const validation = query.get('fieldValidation');
  const causes = [
    ...dryRunCauses(query.getAll('dryRun')),
    ...managerCauses(fieldManager),
    ...(query.has('force') && type === 'PatchOptions' && !isApply(headers['content-type'])
      ? [
          {
            reason: 'FieldValueForbidden',
            message: 'Forbidden: may not be specified for non-apply patch',
            field: 'force',
          },
        ]
      : []),
    ...(validation === null || validation === '' || validation in modes
      ? []
      : [unsupported('fieldValidation', JSON.stringify(validation), '"", "Ignore", "Strict", "Warn"')]),
  ];
  if (causes.length > 0) throw invalid('meta.k8s.io', type, '', causes);
  return {
    dryRun: query.has('dryRun'),
    manager: fieldManager === '' ? managerOf(headers['user-agent']) : fieldManager,
    force: query.get('force') === 'true',
  };
}

/** Whether a PATCH is a server-side apply. */
export function isApply(contentType: string | undefined): boolean {
  return contentType?.startsWith('application/apply-patch+yaml') === true;
}

/** All that can be said is `All`. */
export function dryRunCauses(values: readonly string[]): ReturnType<typeof unsupported>[] {
  if (values.every((value) => value === 'All')) return [];
  return [unsupported('dryRun', JSON.stringify(values), '"All"')];
}

/** 422 material for one of a few words. */
export function unsupported(
  field: string,
  shown: string,
  supported: string,
): { reason: string; message: string; field: string } {
  const message = `Unsupported value: ${shown}: supported values: ${supported}`;
  return { reason: 'FieldValueNotSupported', message, field };
}

function managerCauses(manager: string): readonly FieldCause[] {
  if (manager.length > 128) return [tooLong('fieldManager', 128)];
  const position = manager.search(unprintable);
  if (position < 0) return [];
  const code = manager.charCodeAt(position);
  const shown = JSON.stringify(manager).replaceAll(/\\u00(..)/g, '\\x$1');
  const point = code.toString(16).toUpperCase().padStart(4, '0');
  const message = `Invalid value: ${shown}: invalid character U+${point} (at position ${position})`;
  return [{ reason: 'FieldValueInvalid', message, field: 'fieldManager' }];
}

const unprintable = /[^\p{L}\p{M}\p{N}\p{P}\p{S} ]/u;

/** The program's name from a user agent: what stands before the version. */
function managerOf(userAgent = ''): string {
  const slash = userAgent.indexOf('/');
  const name = slash < 0 ? userAgent : userAgent.slice(0, slash);
  const printable = unprintable.test(name) ? name.replaceAll(new RegExp(unprintable, 'gu'), '') : name;
  return printable === '' ? 'unknown' : printable.slice(0, 128);
}
