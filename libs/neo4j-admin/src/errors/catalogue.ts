/**
 * What can be wrong, as far as it makes a difference to what is done about it. Stable identifiers, for conditions, events and metrics.
 */
export const reasons = {
  Unreachable: 'no connection could be made: the server is down, or its name or port is wrong',
  ConnectionLost: 'the connection broke before the answer came',
  TimedOut: 'no answer came within the time given',
  TooBusy: 'all connections were in use for longer than a statement may wait',
  CircuitOpen: 'the server failed several times in a row and is left alone for a while',
  TlsNotTrusted:
    'the server presented a certificate that the given authorities have not signed, or for another name',
  TlsExpected: 'one side spoke TLS and the other did not',
  TlsRefused:
    'the server does not accept how TLS was spoken: it asks for a client certificate, or no version or cipher is common',
  NotBolt: 'what answers on this port does not speak Bolt',
  NoRoute: 'no server that was asked knew a usable routing table',
  Closed: 'the connection was closed on our side',
  Unauthorized: 'user and password were refused',
  LockedOut: 'the user is locked for some seconds after too many refused logins',
  PasswordExpired: 'the password has to be changed before anything else',
  SamePassword: 'the new password is the one that the user has already',
  PasswordTooShort: 'the password has fewer characters than the server demands',
  AuthorizationExpired: 'the login has to be repeated',
  Forbidden: 'the user lacks a privilege',
  NotLeader: 'the server does not lead the database, and writes need the leader',
  DatabaseUnavailable: 'the database is not online on the server that was asked',
  BookmarkUnknown:
    'the server does not know the state that was seen before: the database was restored or made anew',
  LagsBehind: 'the server did not reach within its time the state that was seen before',
  NoCredentials: 'user and password could not be had from where they are kept',
  DatabaseNotFound: 'there is no database or alias of this name',
  AlreadyExists: 'the name is taken',
  NotFound: 'a user, role or server of this name does not exist',
  ReadOnly: 'the database takes no writes',
  LimitReached: 'the server has as many databases as it may have',
  HasAliases: 'aliases point to the database',
  CannotDeallocate: 'the databases of the server cannot be moved away',
  CannotDropServer: 'the server cannot be dropped in its state',
  CannotCordon: 'the server cannot be cordoned',
  CannotAlterServer: 'the options of the server cannot be changed so',
  CannotRenameServer: 'the server cannot be renamed so',
  TopologyImpossible: 'the numbers of copies cannot be had with these servers',
  UnsupportedEdition: 'this edition does not have the command',
  UnsupportedVersion: 'this version does not have the command, procedure or syntax',
  WrongDatabase: 'the command has to be run on another database',
  InvalidArgument: 'the server refused a value',
  MalformedAnswer: 'the answer lacks what every version sends, or has another type there',
  TransactionTerminated: 'the transaction was ended on the server',
  Transient: 'the server could not do it now and expects that it can later',
  ServerFault: 'the server failed at it',
} as const;

/** One of them. */
export type Neo4jErrorReason = keyof typeof reasons;
