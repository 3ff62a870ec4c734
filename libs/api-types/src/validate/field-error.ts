/**
 * Why a field is refused; the words of the API server where it has one. `Immutable` and `Unknown` are its `Forbidden` and its strict decoding
 * error, told apart here because the remedy differs.
 */
export type FieldErrorReason =
  | 'Required'
  | 'Invalid'
  | 'TypeInvalid'
  | 'NotSupported'
  | 'TooLong'
  | 'TooMany'
  | 'Duplicate'
  | 'Forbidden'
  | 'Immutable'
  | 'Unknown';

/** One thing that is wrong with an object. */
export interface FieldError {
  /** As the API server writes it: `spec.topology.primaries`, `spec.env[2].name`, `spec.config[db.format]`. */
  readonly path: string;
  readonly reason: FieldErrorReason;
  /** The refused value; absent where the error is that there is none. */
  readonly value?: unknown;
  /** What is wrong, as a statement. */
  readonly message: string;
  /** What to do about it. */
  readonly remedy: string;
}

/** The error as one line: `spec.edition: "pro" is not one of enterprise, community; use one of these`. */
export function formatFieldError({ path, message, remedy }: FieldError): string {
  return `${path === '' ? 'object' : path}: ${message}; ${remedy}`;
}
