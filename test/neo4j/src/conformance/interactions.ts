// The table: everything that is done to real and simulated servers alike.
import { refusals, sentStatements, shows, users } from './administering.ts';
import { handshakes, logins } from './connecting.ts';
import { drivers } from './driving.ts';
import type { Interaction, Target } from './interaction.ts';
import { routing, streams, summaries, transactions } from './talking.ts';

/** All interactions, with different names. */
export function interactionsFor(target: Target): readonly Interaction[] {
  return [
    ...handshakes(),
    ...logins(target),
    ...streams(),
    ...summaries(),
    ...transactions(),
    ...routing(),
    ...drivers(),
    ...shows(),
    ...users(),
    ...refusals(),
    ...sentStatements(target),
  ];
}
