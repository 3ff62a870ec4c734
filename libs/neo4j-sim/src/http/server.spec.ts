import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import neo4j from 'neo4j-driver';
import { request } from 'node:https';
import { createIdentity } from '../bolt/authority.spec-helper.ts';
import { FakeEndpoint } from '../bolt/endpoint.spec-helper.ts';
import type { Listener } from '../bolt/listener.ts';
import { listenHttp } from './server.ts';
import type { HttpDatabase, HttpView } from './view.ts';

const members = ['id-1', 'id-2', 'id-3'];

function database(name: string, role: HttpDatabase['role']): HttpDatabase {
  return {
    name,
    uuid: `uuid of ${name}`,
    role,
    isAvailable: true,
    status: {
      lastAppliedRaftIndex: 42,
      votingMembers: members,
      memberId: 'id-1',
      leader: 'id-2',
      millisSinceLastLeaderMessage: role === 'secondary' ? undefined : 12,
      participatingInRaftGroup: role !== 'secondary',
      isHealthy: true,
    },
  };
}

class FakeView extends FakeEndpoint implements HttpView {
  override edition: 'enterprise' | 'community' = 'enterprise';
  clusterStatusAuthEnabled = true;
  hosted: readonly HttpDatabase[] = [
    database('led', 'leader'),
    database('followed', 'follower'),
    database('copied', 'secondary'),
  ];

  databases(): readonly HttpDatabase[] {
    return this.hosted;
  }
}

let view: FakeView;
let server: Listener;

beforeEach(async () => {
  view = new FakeView();
  server = await listenHttp(view, { host: '127.0.0.1', port: 0 });
});

afterEach(() => server.close());

function get(path: string, credentials?: string, method = 'GET'): Promise<Response> {
  const basic = Buffer.from(credentials ?? '').toString('base64');
  return fetch(`http://127.0.0.1:${server.port}${path}`, {
    method,
    headers: credentials === undefined ? {} : { authorization: `Basic ${basic}` },
  });
}

const right = 'neo4j:correct horse';

describe('discovery', () => {
  it('tells everybody version, edition and addresses', async () => {
    const response = await get('/');
    expect(response.headers.get('content-type')).toBe('application/json');
    expect(await response.json()).toEqual({
      bolt_routing: 'neo4j://127.0.0.1:7687',
      bolt_direct: 'bolt://127.0.0.1:7687',
      neo4j_version: '2026.08.1',
      neo4j_edition: 'enterprise',
    });
  });

  it('is all that there is in Community', async () => {
    view.edition = 'community';
    expect(await (await get('/')).json()).toMatchObject({ neo4j_edition: 'community' });
    expect((await get('/dbms/cluster/status', right)).status).toBe(404);
    expect((await get('/db/led/cluster/available', right)).status).toBe(404);
  });
});

describe('the status of a database', () => {
  it.each([
    ['led', 'writable', 200, 'true'],
    ['followed', 'writable', 404, 'false'],
    ['copied', 'writable', 404, 'false'],
    ['led', 'read-only', 404, 'false'],
    ['followed', 'read-only', 200, 'true'],
    ['copied', 'read-only', 200, 'true'],
    ['led', 'available', 200, 'true'],
    ['followed', 'available', 200, 'true'],
    ['copied', 'available', 200, 'true'],
    ['elsewhere', 'available', 404, 'false'],
    ['elsewhere', 'status', 404, 'false'],
  ])('%s: %s is %d %s', async (name, kind, status, body) => {
    const response = await get(`/db/${name}/cluster/${kind}`, right);
    expect(response.status).toBe(status);
    expect(response.headers.get('content-type')).toBe('text/plain');
    expect(await response.text()).toBe(body);
  });

  it('is nothing good while it is not available', async () => {
    view.hosted = [{ ...database('led', 'leader'), isAvailable: false }];
    for (const kind of ['writable', 'read-only', 'available']) {
      expect((await get(`/db/led/cluster/${kind}`, right)).status).toBe(404);
    }
  });

  it('has the Raft group of a primary', async () => {
    const response = await get('/db/followed/cluster/status/', right);
    expect(response.headers.get('content-type')).toBe('application/json');
    expect(await response.json()).toEqual({
      lastAppliedRaftIndex: 42,
      votingMembers: members,
      memberId: 'id-1',
      leader: 'id-2',
      millisSinceLastLeaderMessage: 12,
      participatingInRaftGroup: true,
      core: true,
      isHealthy: true,
    });
  });

  it('says nothing of the last word of a leader on a secondary', async () => {
    const status = await (await get('/db/copied/cluster/status', right)).json();
    expect(status).toMatchObject({ core: false, participatingInRaftGroup: false });
    expect(status).not.toHaveProperty('millisSinceLastLeaderMessage');
  });

  it('of a name with special characters is found', async () => {
    view.hosted = [database('a b', 'leader')];
    expect((await get('/db/a%20b/cluster/available', right)).status).toBe(200);
    expect((await get('/db/%E0%A4%A/cluster/available', right)).status).toBe(404);
  });
});

describe('the status of all databases', () => {
  it('has each of them, with another word for healthy', async () => {
    const all: unknown = await (await get('/dbms/cluster/status?verbose', right)).json();
    expect(all).toMatchObject([
      { databaseName: 'led' },
      { databaseName: 'followed' },
      { databaseName: 'copied' },
    ]);
    expect(all).toHaveProperty('0.databaseUuid', 'uuid of led');
    expect(all).toHaveProperty('0.databaseStatus.healthy', true);
    expect(all).not.toHaveProperty('0.databaseStatus.isHealthy');
  });
});

describe('access to the status', () => {
  it.each([
    ['no credentials', undefined],
    ['the wrong password', 'neo4j:wrong'],
    ['no password', 'neo4j'],
  ])('is refused for %s', async (_what, credentials) => {
    const response = await get('/db/led/cluster/writable', credentials);
    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toMatch(/^Basic realm="Neo4j"/);
    expect(await response.json()).toMatchObject({
      errors: [{ code: 'Neo.ClientError.Security.Unauthorized' }],
    });
  });

  it('is refused as too much after too many failures', async () => {
    const code = 'Neo.ClientError.Security.AuthenticationRateLimit';
    view.login = () => ({ ok: false, failure: { code, gqlStatus: '42NFF', message: 'Wait.' } });
    expect((await get('/dbms/cluster/status', right)).status).toBe(429);
  });

  it('is for everybody if the setting says so', async () => {
    view.clusterStatusAuthEnabled = false;
    expect((await get('/db/led/cluster/writable')).status).toBe(200);
    expect((await get('/dbms/cluster/status')).status).toBe(200);
  });
});

describe('an HTTP port', () => {
  it('knows no other paths and no other methods', async () => {
    expect((await get('/db/led/cluster/other', right)).status).toBe(404);
    const response = await get('/dbms/cluster/status', right, 'POST');
    expect(response.status).toBe(405);
    expect(response.headers.get('allow')).toBe('GET');
  });

  it('lets the driver say that it has mistaken the port', async () => {
    const driver = neo4j.driver(
      `bolt://127.0.0.1:${server.port}`,
      neo4j.auth.basic('neo4j', 'correct horse'),
    );
    await expect(driver.verifyConnectivity()).rejects.toThrow('Server responded HTTP');
    await driver.close();
  });

  it('goes with the server behind it, and breaks connections that are kept alive', async () => {
    await (await get('/')).text();
    expect(server.connections()).toBe(1);
    view.stop();
    await server.close();
    expect(server.connections()).toBe(0);
    await expect(get('/')).rejects.toThrow();
  });

  it('speaks TLS with a certificate', async () => {
    const identity = await createIdentity();
    const secure = await listenHttp(view, { host: '127.0.0.1', port: 0, tls: identity });
    const status = await new Promise((resolve, reject) => {
      request({ host: '127.0.0.1', port: secure.port, ca: identity.ca }, (response) => {
        response.resume();
        resolve(response.statusCode);
      })
        .on('error', reject)
        .end();
    });
    expect(status).toBe(200);
    await secure.close();
  });
});
