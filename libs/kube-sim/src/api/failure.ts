// How the API server says no: a Status object for every case, with the reason, code and message that the real one sends.
import type { ResourceType } from './resource.ts';

/** One field that is wrong. */
export interface FieldCause {
  /** `FieldValueRequired`, `FieldValueInvalid`, `FieldValueForbidden`, `FieldValueNotSupported`, ... */
  readonly reason: string;
  /** Begins with the words of the reason: `Required value: must be set`. */
  readonly message: string;
  /** `spec.containers[0].name` */
  readonly field?: string;
}

/** The body of a failed request. */
export interface StatusBody {
  readonly kind: 'Status';
  readonly apiVersion: 'v1';
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly status: 'Failure';
  readonly message: string;
  readonly reason?: string;
  readonly details?: {
    readonly name?: string;
    readonly group?: string;
    readonly kind?: string;
    readonly uid?: string;
    readonly causes?: readonly FieldCause[];
    readonly retryAfterSeconds?: number;
  };
  readonly code: number;
}

/** What a failure says beyond code, reason and message. */
export type FailureDetails = NonNullable<StatusBody['details']>;

/** A request that is refused. Thrown anywhere below the request handler, which answers with its status. */
export class ApiFailure extends Error {
  override readonly name = 'ApiFailure';
  readonly status: StatusBody;

  constructor(
    code: number,
    reason: string | undefined,
    message: string,
    details?: FailureDetails,
    metadata: Readonly<Record<string, unknown>> = {},
  ) {
    super(message);
    this.status = {
      kind: 'Status',
      apiVersion: 'v1',
      metadata,
      status: 'Failure',
      message,
      ...(reason === undefined ? {} : { reason }),
      ...(details === undefined ? {} : { details }),
      code,
    };
  }
}

/** 404 for an object. */
export function notFound(type: ResourceType, name: string): ApiFailure {
  return new ApiFailure(404, 'NotFound', `${qualified(type)} "${name}" not found`, detailsOf(type, name));
}

/** 409 for a name that is taken. */
export function alreadyExists(type: ResourceType, name: string): ApiFailure {
  return new ApiFailure(
    409,
    'AlreadyExists',
    `${qualified(type)} "${name}" already exists`,
    detailsOf(type, name),
  );
}

/** 409 for an object that is not as the request believes. */
export function conflict(type: ResourceType, name: string, why: string): ApiFailure {
  const message = `Operation cannot be fulfilled on ${qualified(type)} "${name}": ${why}`;
  return new ApiFailure(409, 'Conflict', message, detailsOf(type, name));
}

/** 422 for an object whose fields are wrong. `kind` stands in the place of the resource. */
export function invalid(
  group: string,
  kind: string,
  name: string,
  causes: readonly FieldCause[],
): ApiFailure {
  const all = causes.map(({ field, message }) => (field === undefined ? message : `${field}: ${message}`));
  // What is wrong twice is said once.
  const words = [...new Set(all)];
  const said = words.length === 1 ? words[0] : `[${words.join(', ')}]`;
  const what = group === '' ? kind : `${kind}.${group}`;
  const details = {
    ...(name === '' ? {} : { name }),
    ...(group === '' ? {} : { group }),
    ...(kind === '' ? {} : { kind }),
    causes,
  };
  return new ApiFailure(422, 'Invalid', `${what} "${name}" is invalid: ${said ?? ''}`, details);
}

/** 400 */
export function badRequest(message: string): ApiFailure {
  return new ApiFailure(400, 'BadRequest', message);
}

function qualified({ group, plural }: ResourceType): string {
  return group === '' ? plural : `${plural}.${group}`;
}

function detailsOf({ group, plural }: ResourceType, name: string): FailureDetails {
  return { name, ...(group === '' ? {} : { group }), kind: plural };
}
