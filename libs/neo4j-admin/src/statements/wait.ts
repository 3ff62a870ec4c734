import { count } from '../cypher/count.ts';

/**
 * Whether the statement returns at once, which is the rule, or when all servers have processed the change, or the time is over. Waiting
 * says nothing of success: read the state afterwards. In seconds, since the statement's own limit has to be longer.
 */
export type Wait = 'no' | { readonly seconds: number };

/**
 * The grammar takes no parameter here.
 *
 * @throws InvalidInputError
 */
export function waitClause(wait: Wait = 'no'): string {
  return wait === 'no' ? 'NOWAIT' : `WAIT ${count('wait.seconds', wait.seconds, 1, 86_400)} SECONDS`;
}
