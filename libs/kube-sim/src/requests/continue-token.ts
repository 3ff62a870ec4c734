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
  const bytes = Buffer.from(token, 'base64url');
  const text = bytes.toString();
  let parsed: { v?: unknown; rv?: unknown; start?: unknown };
  try {
    parsed = JSON.parse(text) as typeof parsed;
  } catch {
    // Go takes the byte for a character, and shows one that cannot be printed by its number.
    const first = bytes
      .toString('latin1', 0, 1)
      .replace(/[\x7F-\xA0\xAD]/, (one) => `\\u00${one.charCodeAt(0).toString(16)}`);
    const why = `invalid character '${first}' looking for beginning of value`;
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
