// What the query of a list or watch may say.
import { type ApiFailure, badRequest, type FieldCause, invalid } from '../api/failure.ts';

export interface ListOptions {
  readonly limit: number;
  readonly continueToken: string;
  /** Empty if not given. */
  readonly resourceVersion: string;
  readonly match: string;
  readonly labelSelector: string;
  readonly fieldSelector: string;
  readonly timeoutSeconds: number | undefined;
  readonly bookmarks: boolean;
  readonly sendInitialEvents: boolean | undefined;
}

/** Whether a GET of a collection is a watch. */
export function isWatch(query: URLSearchParams): boolean {
  return flag(query.get('watch')) === true;
}

/**
 * Reads and checks them.
 *
 * @throws ApiFailure 400, 422
 */
export function listOptions(query: URLSearchParams, watch: boolean, watchList = true): ListOptions {
  const options: ListOptions = {
    limit: Math.max(0, integer(query.get('limit')) ?? 0),
    continueToken: query.get('continue') ?? '',
    resourceVersion: query.get('resourceVersion') ?? '',
    match: query.get('resourceVersionMatch') ?? '',
    labelSelector: query.get('labelSelector') ?? '',
    fieldSelector: query.get('fieldSelector') ?? '',
    timeoutSeconds: integer(query.get('timeoutSeconds')),
    bookmarks: flag(query.get('allowWatchBookmarks')) === true,
    sendInitialEvents: flag(query.get('sendInitialEvents')),
  };
  const legacy = options.resourceVersion === '' || options.resourceVersion === '0';
  if (
    watch &&
    legacy &&
    options.sendInitialEvents === undefined &&
    options.match === '' &&
    options.continueToken === ''
  ) {
    return { ...options, sendInitialEvents: true };
  }
  const causes = watch ? watchCauses(options, watchList) : listCauses(options);
  if (causes.length > 0) throw invalid('meta.k8s.io', 'ListOptions', '', causes);
  return options;
}

/**
 * A resource version of a query as a number.
 *
 * @throws the failure that `refuse` makes of the reason
 */
export function versionNumber(text: string, refuse: (why: string) => ApiFailure): number {
  if (text === '') return 0;
  if (/^\d+$/.test(text)) return Number(text);
  throw refuse(
    `resourceVersion: Invalid value: ${JSON.stringify(text)}: strconv.ParseUint: parsing ${JSON.stringify(text)}: invalid syntax`,
  );
}

function listCauses({
  match,
  resourceVersion,
  continueToken,
  sendInitialEvents,
}: ListOptions): readonly FieldCause[] {
  const causes: FieldCause[] = [];
  if (match !== '') {
    if (resourceVersion === '')
      causes.push(forbiddenMatch('resourceVersionMatch is forbidden unless resourceVersion is provided'));
    if (continueToken !== '')
      causes.push(forbiddenMatch('resourceVersionMatch is forbidden when continue is provided'));
    if (match !== 'Exact' && match !== 'NotOlderThan')
      causes.push(unsupportedMatch(match, '"Exact", "NotOlderThan", ""'));
    if (match === 'Exact' && resourceVersion === '0') {
      causes.push(forbiddenMatch('resourceVersionMatch "exact" is forbidden for resourceVersion "0"'));
    }
  }
  if (sendInitialEvents !== undefined) {
    const message = 'Forbidden: sendInitialEvents is forbidden for list';
    causes.push({ reason: 'FieldValueForbidden', message, field: 'sendInitialEvents' });
  }
  return causes;
}

function watchCauses(
  { match, continueToken, sendInitialEvents }: ListOptions,
  watchList: boolean,
): readonly FieldCause[] {
  const causes: FieldCause[] = [];
  if (continueToken !== '')
    causes.push(forbiddenMatch('resourceVersionMatch is forbidden when continue is provided'));
  if (sendInitialEvents !== undefined && match !== 'NotOlderThan') {
    causes.push(forbiddenMatch('sendInitialEvents requires setting resourceVersionMatch to NotOlderThan'));
  }
  if (sendInitialEvents !== undefined && !watchList) {
    const why = 'sendInitialEvents is forbidden for watch unless the WatchList feature gate is enabled';
    causes.push({ reason: 'FieldValueForbidden', message: `Forbidden: ${why}`, field: 'sendInitialEvents' });
  }
  if (match === '') return causes;
  if (sendInitialEvents === undefined) {
    causes.push(
      forbiddenMatch('resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided'),
    );
  }
  if (match !== 'NotOlderThan') causes.push(unsupportedMatch(match, '"NotOlderThan"'));
  return causes;
}

function forbiddenMatch(why: string): FieldCause {
  return { reason: 'FieldValueForbidden', message: `Forbidden: ${why}`, field: 'resourceVersionMatch' };
}

function unsupportedMatch(match: string, supported: string): FieldCause {
  const message = `Unsupported value: ${JSON.stringify(match)}: supported values: ${supported}`;
  return { reason: 'FieldValueNotSupported', message, field: 'resourceVersionMatch' };
}

function integer(text: string | null): number | undefined {
  if (text === null || text === '') return undefined;
  if (/^[+-]?\d+$/.test(text)) return Number(text);
  throw badRequest(`strconv.ParseInt: parsing ${JSON.stringify(text)}: invalid syntax`);
}

/** Anything but `false` and `0` means yes. */
function flag(text: string | null): boolean | undefined {
  if (text === null) return undefined;
  return text.toLowerCase() !== 'false' && text !== '0';
}
