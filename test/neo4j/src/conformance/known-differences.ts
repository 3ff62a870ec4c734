// In what a simulated server is known to differ from the real one of its version and edition, and why that is left so.
import { type ServerVersion, serverVersions } from '../versions.ts';

/** One interaction whose outcomes differ. An entry whose outcomes are equal is an error: the difference has gone. */
export interface KnownDifference {
  readonly interaction: string;
  readonly versions: readonly ServerVersion[];
  readonly reason: string;
}

const noDurations =
  'the simulated server has no values of the type DURATION, and does not know the connection that a transaction came by; ' +
  'the columns are compared elsewhere';
const laterStatus =
  'the code is the same; 5.26 has 50N42 for most failures, and which few have a better status is only told apart by the last one';

/** All of them. */
export const knownDifferences: readonly KnownDifference[] = [
  differs('legacy handshake on 4.4', 'no driver of today needs a protocol before 5.0'),
  differs('HELLO twice', 'the real server breaks inside itself; the simulated one refuses the message'),
  differs('HTTP discovery', 'the simulated server has no HTTP API for queries, and so names none'),
  differs('HTTP on an unknown path', 'the status is the same; what is said to it is not'),
  differs('SHOW TRANSACTIONS', noDurations),
  differs('SHOW TRANSACTIONS YIELD *', noDurations),
  differs('statement: showTransactions', noDurations),
  differs(
    'refused or not: a transaction is terminated by a name that is none',
    'the simulated server takes it for one that is over; ids come from SHOW TRANSACTIONS',
  ),
  differs('PULL without a number', laterStatus, ['5.26.30']),
  differs('refused or not: a user whose name is no text', laterStatus, ['5.26.30']),
  differs('refused or not: an unknown user is altered', laterStatus, ['5.26.30']),
  differs('refused or not: a column of SHOW SETTINGS that does not exist', laterStatus, ['5.26.30']),
  differs('statement: alterUser, password', laterStatus, ['5.26.30']),
];

function differs(
  interaction: string,
  reason: string,
  versions: readonly ServerVersion[] = serverVersions,
): KnownDifference {
  return { interaction, versions, reason };
}
