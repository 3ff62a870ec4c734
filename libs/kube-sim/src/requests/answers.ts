// Answers that any request may get.
import { ApiFailure, type StatusBody } from '../api/failure.ts';
import type { ResourceType } from '../api/resource.ts';

/** An answer that is no watch. */
export interface WholeAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

const json = { 'content-type': 'application/json' };

export function jsonAnswer(status: number, body: string, warnings: readonly string[] = []): WholeAnswer {
  // As the real server ends them.
  body += '\n';
  if (warnings.length === 0) return { status, headers: json, body };
  const warning = warnings.map((text) => `299 - "${text.replaceAll(/["\\]/g, '\\$&')}"`).join(', ');
  return { status, headers: { ...json, warning }, body };
}

/** The answer to a request that is refused. */
export function failureAnswer(failure: ApiFailure, warnings: readonly string[] = []): WholeAnswer {
  const { status } = failure;
  const answer = jsonAnswer(status.code, statusText(status), warnings);
  const retryAfter = status.details?.retryAfterSeconds;
  if (retryAfter === undefined) return answer;
  return { ...answer, headers: { ...answer.headers, 'retry-after': String(retryAfter) } };
}

export function statusText(status: StatusBody): string {
  return JSON.stringify(status);
}

/** There is nothing at this path, not even an API. */
export const pageNotFound: WholeAnswer = {
  status: 404,
  headers: { 'content-type': 'text/plain; charset=utf-8' },
  body: '404 page not found\n',
};

/** The path belongs to an API, which has no such resource. */
export function resourceNotFound(): ApiFailure {
  return new ApiFailure(404, 'NotFound', 'the server could not find the requested resource', {});
}

export function methodNotAllowed(): ApiFailure {
  const message = 'the server does not allow this method on the requested resource';
  return new ApiFailure(405, 'MethodNotAllowed', message, {});
}

/** How custom resources say it of a subresource. */
export function unsupportedVerb({ group, plural }: ResourceType, verb: string): ApiFailure {
  const message = `${verb} is not supported on resources of kind "${plural}.${group}"`;
  return new ApiFailure(405, 'MethodNotAllowed', message, { group, kind: plural });
}
