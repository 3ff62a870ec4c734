import { channel } from 'node:diagnostics_channel';

/** Every statement that a simulated server has understood is published here, also if it was refused for another reason than its text. */
export const understoodStatements = 'neo4j-sim:statement';

/** A message of that channel (node:diagnostics_channel). */
export interface UnderstoodStatement {
  readonly text: string;
  /** Of the server. */
  readonly version: string;
}

/**
 * Tells whoever listens. Through Node's own channel, since the one who collects statements, to show them to a real parser, is not the one
 * who starts the cluster.
 */
export function publishUnderstood(statement: UnderstoodStatement): void {
  const listeners = channel(understoodStatements);
  if (listeners.hasSubscribers) listeners.publish(statement);
}
