/**
 * The class of a fault, in the words of Kubernetes' own field errors; `Immutable` and `UnknownField` tell apart
 * what Kubernetes puts under `Invalid` or reports as a decoding error.
 */
export type FieldErrorReason =
  | 'Required'
  | 'Invalid'
  | 'TypeInvalid'
  | 'NotSupported'
  | 'Duplicate'
  | 'Forbidden'
  | 'Immutable'
  | 'TooLong'
  | 'TooMany'
  | 'UnknownField';

/** What is wrong with one field, and what to do about it. */
export interface FieldError {
  /** The path as Kubernetes writes it: `spec.env[2].name`, `spec.config[server.memory.x]`; empty for the object itself. */
  readonly field: string;
  readonly reason: FieldErrorReason;
  /** The value that was refused; absent when the fault is that there is none. */
  readonly value?: unknown;
  /** What is wrong, as one clause that follows the path. */
  readonly message: string;
  /** What to do instead, as one clause. */
  readonly remedy: string;
}

/** One line for people: `spec.storage.size: cannot shrink (8Gi); keep the size ...`. Values that are no scalars, or that the message tells, are left out. */
export function formatFieldError(error: FieldError): string {
  const { value } = error;
  const scalar = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
  const shown = scalar && !tells(error.message, String(value)) ? ` (${abbreviate(String(value))})` : '';
  const path = error.field === '' ? 'object' : error.field;
  return `${path}: ${error.message}${shown}; ${error.remedy}`;
}

function tells(message: string, value: string): boolean {
  return value !== '' && message.split(/[\s:,;()]+/).includes(value);
}

const longestShown = 64;

function abbreviate(text: string): string {
  return text.length <= longestShown ? text : `${text.slice(0, longestShown)}...`;
}
