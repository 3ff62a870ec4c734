import { afterEach, describe, expect, it } from '@jest/globals';
import { annotations, secrets } from '@neo4j-operator/cluster-access';
import { reset, resetAfterUpstream } from '@neo4j-operator/kube-sim';
import { keyOf, objectKey, TerminalError } from '@neo4j-operator/reconcile-kit';
import { formationOf } from '../model/formation.ts';
import { claims } from '../model/resources.ts';
import { renderClaim } from '../render/index.ts';
import { Neo4jWorld, secretNames } from './neo4j.spec-helper.ts';

const running: Neo4jWorld[] = [];

afterEach(async () => {
  for (const lab of running.splice(0)) await lab.end();
});

async function start(options: Parameters<typeof Neo4jWorld.start>[0] = {}): Promise<Neo4jWorld> {
  const lab = await Neo4jWorld.start(options);
  running.push(lab);
  return lab;
}

async function mark(lab: Neo4jWorld): Promise<string | undefined> {
  const secret = await lab.world.get(secrets, secretNames['operator-account']);
  return secret?.metadata.annotations?.[annotations.adminPassword];
}

async function wantedMark(lab: Neo4jWorld): Promise<string> {
  const secret = await lab.world.get(secrets, secretNames.admin);
  return `${secret?.metadata.uid ?? ''}/${secret?.metadata.resourceVersion ?? ''}`;
}

const refusals = new Set(['Unauthorized', 'LockedOut', 'Forbidden', 'PasswordExpired']);

/** One look and what follows from it, as the plan has it. True if nothing is left to do. */
async function pass(lab: Neo4jWorld): Promise<boolean> {
  await lab.world.sync();
  const { signal } = new AbortController();
  const sight = await lab.world.until(lab.session().fresh(signal));
  if (sight.kind === 'failed') {
    if (!refusals.has(sight.error.reason)) throw sight.error;
    await lab.world.run(lab.account('EstablishAccount'), lab.object);
    return false;
  }
  if ((await mark(lab)) === (await wantedMark(lab))) return true;
  await lab.world.run(lab.account('SetAdminPassword'), lab.object);
  return false;
}

/** Passes with the pauses of a queue between them. */
async function converge(lab: Neo4jWorld): Promise<void> {
  for (let turn = 0; turn < 40; turn++) {
    if (await pass(lab).catch(onlyTransient)) return;
    await lab.world.clock.advance(Math.min(1000 * turn, 10_000));
  }
  throw new Error('the accounts were not made');
}

function onlyTransient(error: unknown): false {
  if (error instanceof TerminalError) throw error;
  return false;
}

/** What must be so in the end, whatever has happened before. */
async function expectDone(
  lab: Neo4jWorld,
  edition: 'enterprise' | 'community' = 'enterprise',
): Promise<void> {
  const admin = await lab.login('admin');
  const own = await lab.login('operator-account');
  expect((await lab.users(admin)).map(({ username }) => username).toSorted()).toEqual([
    'neo4j',
    'neo4j-operator',
  ]);
  expect(await lab.whoIs(own)).toMatchObject({
    username: 'neo4j-operator',
    passwordChangeRequired: false,
    ...(edition === 'enterprise' ? { roles: new Set(['admin']) } : {}),
  });
  expect(await lab.whoIs(admin)).toMatchObject({ username: 'neo4j', passwordChangeRequired: false });
  expect(await mark(lab)).toBe(await wantedMark(lab));
  await expect(lab.whoIs(await lab.login('bootstrap'))).rejects.toMatchObject({ reason: 'Unauthorized' });
}

describe('the accounts', () => {
  it.each(['enterprise', 'community'] as const)('are made in the %s edition', async (edition) => {
    const lab = await start({ edition, servers: edition === 'community' ? 1 : 3 });
    await converge(lab);
    await expectDone(lab, edition);
  });

  it('are made by few statements, and by none once they are', async () => {
    const lab = await start();
    await converge(lab);
    const sent = lab.connector.sent.map(({ text }) => text.replace(/^CYPHER \d+ /, '').slice(0, 11));
    expect(sent).toEqual(['CREATE USER', 'ALTER USER ', 'GRANT ROLES', 'ALTER USER ']);
    lab.world.writes();
    lab.connector.sent.length = 0;
    await converge(lab);
    expect(lab.world.writes()).toEqual([]);
    expect(lab.connector.sent).toEqual([]);
  });

  // Dead before the first statement, after each one, and after the last.
  it.each([0, 1, 2, 3, 4])('are right though the operator dies after %i statements', async (survived) => {
    const lab = await start();
    lab.connector.statementsLeft = survived;
    for (let turn = 0; turn < 4; turn++) {
      await pass(lab).catch(() => undefined);
      await lab.world.clock.advance(1000);
    }
    lab.connector.statementsLeft = Number.POSITIVE_INFINITY;
    await lab.world.restart();
    await converge(lab);
    await expectDone(lab);
  });

  it.each([
    ['and nothing was written', reset()],
    ['though it was written', resetAfterUpstream()],
  ])('are right though the note on the Secret is not confirmed, %s', async (_what, action) => {
    const lab = await start();
    lab.world.sim.script({ method: 'PATCH', path: /secrets\/graph-operator/, action });
    await converge(lab);
    await lab.world.restart();
    await converge(lab);
    await expectDone(lab);
  });

  it('are forgotten only as long as there is no volume', async () => {
    const lab = await start();
    await converge(lab);
    const target = { resource: secrets, key: objectKey('prod', secretNames['operator-account']) };
    const forget = { kind: 'ForgetPassword', target, risk: 'none', reason: 'Test', message: '' } as const;
    const { name } = lab.object.metadata;
    const claim = await lab.world.client.create(claims, {
      ...renderClaim({
        cluster: lab.object,
        number: 1,
        pool: 'primary',
        systemMode: 'PRIMARY',
        formation: formationOf(lab.object.spec),
      }),
    });
    expect(claim.metadata.name).toBe(`${name}-1`);
    await expect(lab.world.run(forget, lab.object)).rejects.toThrow('has volumes');
    expect(await mark(lab)).toBe(await wantedMark(lab));

    await lab.world.client.delete(claims, keyOf(claim), { uid: claim.metadata.uid });
    await lab.world.run(forget, lab.object);
    expect(await mark(lab)).toBeUndefined();
    lab.world.writes();
    await lab.world.run(forget, lab.object);
    expect(lab.world.writes()).toEqual([]);
  });

  it('never lock a user out: nobody is refused three times in a row', async () => {
    const lab = await start();
    await converge(lab);
    await lab.world.restart();
    await converge(lab);
    for (const { server } of lab.neo4j.members) {
      expect(server?.lockout.isLocked('neo4j')).toBe(false);
      expect(server?.lockout.isLocked('neo4j-operator')).toBe(false);
    }
  });

  it('take over the password of a Secret that was changed later', async () => {
    const lab = await start();
    await converge(lab);
    const changed = Buffer.from('another-password').toString('base64');
    await lab.world.client.jsonPatch(secrets, objectKey('prod', secretNames.admin), [
      { op: 'replace', path: '/data/password', value: changed },
    ]);
    await converge(lab);
    await expectDone(lab);
    expect((await lab.login('admin')).password).toBe('another-password');
  });

  it('are given up with a remedy, after one try, where volumes know other passwords', async () => {
    const lab = await start({ password: 'of-another-time' });
    const error = await converge(lab).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ reason: 'LoginRefused' });
    expect(String(error)).toContain('graph-operator');
    lab.connector.sent.length = 0;
    for (let turn = 0; turn < 5; turn++) {
      await expect(pass(lab)).rejects.toMatchObject({ reason: 'LoginRefused' });
      await lab.world.clock.advance(5000);
    }
    expect(lab.connector.sent).toEqual([]);
    const real = { username: 'neo4j', password: 'of-another-time' };
    expect(await lab.whoIs(real)).toMatchObject({ username: 'neo4j' });
  });

  it('are not made with a password that Neo4j refuses', async () => {
    const lab = await start();
    await converge(lab);
    const changed = Buffer.from('neo4j').toString('base64');
    await lab.world.client.jsonPatch(secrets, objectKey('prod', secretNames.admin), [
      { op: 'replace', path: '/data/password', value: changed },
    ]);
    await lab.world.sync();
    lab.connector.sent.length = 0;
    await expect(lab.world.run(lab.account('SetAdminPassword'), lab.object)).rejects.toThrow(
      'cannot be used',
    );
    expect(lab.connector.sent).toEqual([]);
  });
});
