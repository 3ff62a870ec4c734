// What was said to the servers, and by whom.
import type { SimAnswer } from '@neo4j-operator/neo4j-sim';

/** One statement that was answered, in the order of the answers. */
export interface StatementRecord {
  /** Milliseconds since the epoch, of the clock of the world. */
  readonly atMs: number;
  readonly user: string;
  readonly database: string;
  readonly text: string;
  /** The Bolt address of the server that answered; undefined if none has. */
  readonly address: string | undefined;
  /** Of the server, or of the transport; undefined if it succeeded. */
  readonly failure: string | undefined;
  /** Whether it changed something. */
  readonly changed: boolean;
}

const changing =
  /^\s*(?:CYPHER \d+\s+)?(?:CREATE|ALTER|DROP|GRANT|DENY|REVOKE|ENABLE|START|STOP|MERGE|RENAME|DEALLOCATE|REALLOCATE|TERMINATE|CALL\s+dbms\.(?:cluster\.)?(?:setConfigValue|cordonServer|uncordonServer|recreateDatabase|quarantineDatabase|unquarantineDatabase))\b/i;

/** Whether a statement is there to change something, by its text. One that begins with DRYRUN is not. */
export function isChanging(text: string): boolean {
  return changing.test(text);
}

/** Whether a statement that succeeded has changed something: administration counts its changes, other statements do not. */
export function hasChanged(text: string, result: { readonly systemUpdates: number }): boolean {
  if (result.systemUpdates > 0) return true;
  return isChanging(text) && /\b(?:MERGE|CALL|TERMINATE)\b/i.test(text);
}

/** What a record says of the answer of a server. */
export function outcomeOf(text: string, answer: SimAnswer): Pick<StatementRecord, 'failure' | 'changed'> {
  return answer.ok
    ? { failure: undefined, changed: hasChanged(text, answer.result) }
    : { failure: answer.failure.code, changed: false };
}
