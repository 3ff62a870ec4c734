import { parsePolicy } from '../policy/parse.ts';
import type { Policy, PolicySpec } from '../policy/types.ts';

/** What a comparison, or a search for targets, is asked for and cannot do. */
export class ComparisonError extends Error {
  override readonly name = 'ComparisonError';
}

/**
 * The policy, checked.
 *
 * @throws ComparisonError with every wrong field
 */
export function checkedPolicy(spec: PolicySpec): Policy {
  const parsed = parsePolicy(spec);
  if (parsed.ok) return parsed.policy;
  throw new ComparisonError(parsed.errors.map(({ field, message }) => `${field} ${message}`).join('\n'));
}
