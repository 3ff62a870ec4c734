import type {
  BoltAnswer,
  BoltConnector,
  BoltEndpoint,
  BoltFailure,
  BoltLink,
  RunOptions,
  Statement,
} from './bolt-connector.ts';

/** What a statement came with. */
export interface Sent {
  readonly endpoint: BoltEndpoint;
  readonly statement: Statement;
  readonly options: RunOptions;
}

/** A connector whose answers the spec gives. */
export class ScriptedConnector implements BoltConnector {
  readonly sent: Sent[] = [];
  readonly opened: string[] = [];
  readonly closed: string[] = [];
  /** How many connections a link says that it has. */
  connectionsPerLink = 100;
  answer: (sent: Sent) => BoltAnswer | Promise<BoltAnswer> = () => answered();

  open(endpoint: BoltEndpoint): BoltLink {
    const name = `${endpoint.scheme}://${endpoint.addresses()[0] ?? ''}`;
    this.opened.push(name);
    let isClosed = false;
    return {
      run: async (statement, options) => {
        const sent = { endpoint, statement, options };
        this.sent.push(sent);
        const answer = await this.answer(sent);
        if (isRefusedLogin(answer)) endpoint.loginRefused();
        return answer;
      },
      connections: () => (isClosed ? 0 : this.connectionsPerLink),
      close: () => {
        isClosed = true;
        this.closed.push(name);
        return Promise.resolve();
      },
    };
  }
}

/** A result with nothing in it. */
export function answered(bookmarks: readonly string[] = []): BoltAnswer {
  const server = { address: 'server:7687', agent: 'Neo4j/2026.08.1' };
  return {
    ok: true,
    result: { columns: [], rows: [], bookmarks, systemUpdates: 0, notifications: [], server },
  };
}

/** A failure that the server sends. */
export function refusedWith(code: string, gqlStatus = '50N42'): BoltAnswer {
  return { ok: false, failure: { origin: 'server', code, gqlStatus, gqlCauses: [], message: 'no' } };
}

/** A failure on the way. */
export function brokenBy(
  kind: Extract<BoltFailure, { origin: 'transport' }>['kind'],
  mayHaveRun: boolean,
): BoltAnswer {
  return { ok: false, failure: { origin: 'transport', kind, mayHaveRun, message: 'broken' } };
}

function isRefusedLogin(answer: BoltAnswer): boolean {
  return (
    !answer.ok &&
    answer.failure.origin === 'server' &&
    answer.failure.code === 'Neo.ClientError.Security.Unauthorized'
  );
}
