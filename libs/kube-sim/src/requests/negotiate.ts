// In which form a client wants its answer.
import { ApiFailure } from '../api/failure.ts';

/** The object itself, a table for people, or its metadata only. */
export type Form = 'object' | 'table' | 'partial' | 'partialList';

const forms: Readonly<Record<string, Form>> = {
  Table: 'table',
  PartialObjectMetadata: 'partial',
  PartialObjectMetadataList: 'partialList',
};

const servable = 'application/json, application/yaml, application/vnd.kubernetes.protobuf';
const streams = ', application/json;stream=watch, application/vnd.kubernetes.protobuf;stream=watch';

/**
 * The first form of `accept` that can be served as JSON. Clients that prefer another encoding name JSON as well.
 *
 * @throws ApiFailure 406
 */
export function formOf(accept: string | undefined, collection: boolean, custom = false): Form {
  if (accept === undefined || accept === 'application/json' || accept === '*/*') return 'object';
  let knowsMedia = false;
  for (const clause of accept.split(',')) {
    const [media, ...parameters] = clause.split(';').map((part) => part.trim());
    if (media !== 'application/json' && media !== '*/*' && media !== 'application/*') continue;
    knowsMedia = true;
    const as = parameters.find((parameter) => parameter.startsWith('as='))?.slice(3);
    if (as === undefined) return 'object';
    const form = forms[as];
    if (form !== undefined && parameters.includes('g=meta.k8s.io') && parameters.includes('v=v1'))
      return form;
  }
  const isPlain = knowsMedia || custom;
  const message = isPlain
    ? `only the following media types are accepted: ${servable}`
    : `406: Not Acceptable\n\nAvailable representations: ${servable}${collection ? streams : ''}`;
  throw new ApiFailure(406, 'NotAcceptable', message, isPlain ? undefined : {});
}
