// The token with which a client asks for the next piece of a list.
import { badRequest } from '../api/failure.ts';

/** From where a list goes on, at which version; a version below 0 means the present one. */
export interface Continuation {
  readonly version: number;
  /** The first key that is not left out. */
  readonly start: string;
}

export function tokenOf({ version, start }: Continuation): string {
  const text = JSON.stringify({ v: 'meta.k8s.io/v1', rv: version, start: `/${start}` });
  return Buffer.from(text).toString('base64url');
}

/** @throws ApiFailure 400 */
export function continuationOf(token: string): Continuation {
  const text = Buffer.from(token, 'base64url').toString();
  let parsed: { v?: unknown; rv?: unknown; start?: unknown };
  try {
    parsed = JSON.parse(text) as typeof parsed;
  } catch {
    const why = `invalid character '${text[0] ?? ''}' looking for beginning of value`;
    throw badRequest(`invalid continue token: continue key is not valid: ${why}`);
  }
  const { v, rv, start } = parsed;
  if (v !== 'meta.k8s.io/v1' || typeof rv !== 'number' || typeof start !== 'string') {
    throw badRequest(
      'invalid continue token: continue key is not valid: incorrect encoded start resourceVersion (version meta.k8s.io/v1)',
    );
  }
  return { version: rv, start: start.replace(/^\//, '') };
}
