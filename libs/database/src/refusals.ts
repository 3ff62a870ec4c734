import type { TerminalError } from '@neo4j-operator/reconcile-kit';
import type { Gate } from './model/state.ts';
import { knownReason, type Reason } from './reasons.ts';

/** That a database could not be made, and why. */
export interface Refusal {
  readonly reason: Reason;
  readonly message: string;
}

/**
 * What Neo4j has refused to make, by the uid of the object, as long as nothing has changed that could make it think otherwise. The note that a
 * database is about to be made is written and taken back each time, and these writes alone would have it tried for ever.
 *
 * Only in memory: after a restart it is tried once more.
 */
export class Refusals {
  readonly #byUid = new Map<string, Refusal & { readonly basis: string }>();

  note(uid: string, basis: string, { message, reason }: TerminalError): void {
    this.#byUid.set(uid, { basis, message, reason: knownReason(reason) });
  }

  /** @param basis - asked for only if there was a refusal */
  find(uid: string, basis: () => string): Refusal | undefined {
    const refusal = this.#byUid.get(uid);
    if (refusal === undefined) return undefined;
    if (refusal.basis === basis()) return refusal;
    this.forget(uid);
    return undefined;
  }

  forget(uid: string): void {
    this.#byUid.delete(uid);
  }
}

/** All that a refusal may depend on: what is asked for, which servers there are, and which databases. */
export function basisOf(generation: number | undefined, gate: Gate): string {
  if (!gate.ready) return '';
  const { databases, servers } = gate.view;
  return JSON.stringify([
    generation,
    gate.version.text,
    servers.map(({ health, id, modeConstraint, state }) => [id, state, health, modeConstraint]).sort(),
    databases.map(({ aliases, name }) => [name, ...aliases]).sort(),
  ]);
}
