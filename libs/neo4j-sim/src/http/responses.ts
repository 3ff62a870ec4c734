import type { SimFailure } from '../contract.ts';
import type { HttpDatabase, HttpView } from './view.ts';

/** What is asked for. */
export interface HttpQuestion {
  /** `GET` */
  readonly method: string;
  /** `/db/neo4j/cluster/writable` */
  readonly path: string;
  /** The header of that name. */
  readonly authorization: string | undefined;
}

/** What is answered. */
export interface HttpReply {
  readonly status: number;
  readonly contentType: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

const ofDatabase = /^\/db\/([^/]+)\/cluster\/(writable|read-only|available|status)$/;

/**
 * Discovery and the status endpoints of a cluster. Operations manual, "Monitor cluster endpoints for status information"; HTTP API
 * manual, "Discovery". Community has discovery only.
 */
export function replyTo(view: HttpView, question: HttpQuestion): HttpReply {
  const path = question.path.length > 1 ? question.path.replace(/\/$/, '') : question.path;
  const answer = answerOf(view, path);
  if (answer === undefined) return text(404, '');
  if (question.method !== 'GET' && question.method !== 'HEAD') return text(405, '', { Allow: 'GET' });
  const refusal = answer.isOpen ? undefined : refusalOf(view, question.authorization);
  return refusal ?? answer.reply();
}

interface Answer {
  /** Whether it is for everybody. */
  readonly isOpen: boolean;
  reply(): HttpReply;
}

function answerOf(view: HttpView, path: string): Answer | undefined {
  if (path === '/') return { isOpen: true, reply: () => json(200, discovery(view)) };
  if (view.edition === 'community') return undefined;
  const isOpen = !view.clusterStatusAuthEnabled;
  if (path === '/dbms/cluster/status') {
    return { isOpen, reply: () => json(200, view.databases().map(combined)) };
  }
  const [, encodedName, kind] = ofDatabase.exec(path) ?? [];
  const name = encodedName === undefined ? undefined : decoded(encodedName);
  if (name === undefined || kind === undefined) return undefined;
  return { isOpen, reply: () => databaseReply(view, name, kind) };
}

function discovery({ advertisedAddress, version, edition }: HttpView): object {
  return {
    bolt_routing: `neo4j://${advertisedAddress}`,
    bolt_direct: `bolt://${advertisedAddress}`,
    neo4j_version: version,
    neo4j_edition: edition,
  };
}

function databaseReply(view: HttpView, name: string, kind: string): HttpReply {
  const database = view.databases().find((each) => each.name === name);
  if (database === undefined) return text(404, 'false');
  const { role, isAvailable } = database;
  switch (kind) {
    case 'writable':
      return verdict(isAvailable && role === 'leader');
    case 'read-only':
      return verdict(isAvailable && role !== 'leader');
    case 'available':
      return verdict(isAvailable);
    default:
      return json(200, { ...statusOf(database), isHealthy: database.status.isHealthy });
  }
}

/** The same in the list of all, where the verdict has another name. */
function combined(database: HttpDatabase): object {
  return {
    databaseName: database.name,
    databaseUuid: database.uuid,
    databaseStatus: { ...statusOf(database), healthy: database.status.isHealthy },
  };
}

/** What is `undefined` is left out of JSON. */
function statusOf({ role, status }: HttpDatabase): object {
  return {
    lastAppliedRaftIndex: status.lastAppliedRaftIndex,
    votingMembers: status.votingMembers,
    memberId: status.memberId,
    leader: status.leader,
    millisSinceLastLeaderMessage: status.millisSinceLastLeaderMessage,
    participatingInRaftGroup: status.participatingInRaftGroup,
    core: role !== 'secondary',
  };
}

function refusalOf(view: HttpView, authorization: string | undefined): HttpReply | undefined {
  const [scheme, token = ''] = (authorization ?? '').split(' ');
  if (scheme?.toLowerCase() !== 'basic') return unauthorized('No authentication header supplied.');
  const [, principal, credentials] = /^([^:]*):(.*)$/s.exec(Buffer.from(token, 'base64').toString()) ?? [];
  if (principal === undefined || credentials === undefined) {
    return unauthorized('Invalid authentication header.');
  }
  const login = view.login({ scheme: 'basic', principal, credentials });
  return login.ok ? undefined : refused(login.failure);
}

function unauthorized(message: string): HttpReply {
  return refused({ code: 'Neo.ClientError.Security.Unauthorized', gqlStatus: '42NFF', message });
}

function refused({ code, message }: SimFailure): HttpReply {
  const errors = [{ code, message }];
  return code === 'Neo.ClientError.Security.AuthenticationRateLimit'
    ? json(429, { errors })
    : json(401, { errors }, { 'WWW-Authenticate': 'Basic realm="Neo4j", charset="UTF-8"' });
}

function verdict(holds: boolean): HttpReply {
  return text(holds ? 200 : 404, String(holds));
}

function text(status: number, body: string, headers: HttpReply['headers'] = {}): HttpReply {
  return { status, contentType: 'text/plain', headers, body };
}

function json(status: number, body: object, headers: HttpReply['headers'] = {}): HttpReply {
  return { status, contentType: 'application/json', headers, body: JSON.stringify(body) };
}

function decoded(name: string): string | undefined {
  try {
    return decodeURIComponent(name);
  } catch {
    return undefined;
  }
}
