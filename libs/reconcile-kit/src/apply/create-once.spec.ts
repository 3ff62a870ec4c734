import { describe, expect, it } from '@jest/globals';
import type { LiveReader, Writer } from '../client/client.ts';
import { TerminalError } from '../core/pass-errors.ts';
import { KubeError, type KubeErrorReason } from '../core/errors.ts';
import { objectKey } from '../core/key.ts';
import type { KubeObject, ObjectMeta, Stored } from '../core/object.ts';
import { defineResource } from '../core/resource.ts';
import { BeingDeleted, createOnce } from './create-once.ts';

interface Secret extends KubeObject {
  readonly data: Readonly<Record<string, string>>;
}

const secrets = defineResource<Secret>({
  group: '',
  version: 'v1',
  plural: 'secrets',
  kind: 'Secret',
  namespaced: true,
});

function secret(password: string, more: Partial<ObjectMeta> = {}): Stored<Secret> {
  const metadata = { name: 's', namespace: 'x', uid: 'u1', resourceVersion: '1', ...more };
  return { apiVersion: 'v1', kind: 'Secret', metadata, data: { password } };
}

/** `reads` are the answers of the live reads in turn; a POST fails with `failure` if there is one. */
function run(reads: readonly (Stored<Secret> | undefined)[], failure?: KubeErrorReason) {
  let read = 0;
  let posts = 0;
  const live: Pick<LiveReader, 'get'> = {
    get: <T extends KubeObject>() => Promise.resolve(reads[read++] as KubeObject as Stored<T> | undefined),
  };
  const writer: Pick<Writer, 'create'> = {
    create: <T extends KubeObject>(_: unknown, object: T) => {
      posts++;
      return failure === undefined
        ? Promise.resolve(object as T & Stored<T>)
        : Promise.reject(new KubeError(failure, { reason: failure }));
    },
  };
  const outcome = createOnce({
    live,
    writer,
    resource: secrets,
    key: objectKey('x', 's'),
    build: () => secret('generated'),
    owned: ({ metadata }) => metadata.labels?.['owner'] !== 'somebody',
  });
  return { outcome, counts: () => ({ reads: read, posts }) };
}

describe('createOnce', () => {
  it('creates what is not there, and asks for the value only then', async () => {
    const { outcome, counts } = run([undefined]);
    expect(await outcome).toEqual({ object: secret('generated'), created: true });
    expect(counts()).toEqual({ reads: 1, posts: 1 });
  });

  it('uses what is there', async () => {
    const { outcome, counts } = run([secret('first')]);
    expect(await outcome).toEqual({ object: secret('first'), created: false });
    expect(counts()).toEqual({ reads: 1, posts: 0 });
  });

  it.each<[KubeErrorReason]>([
    ['AlreadyExists'],
    ['ConnectionLost'],
    ['DeadlineExceeded'],
    ['ServerTimeout'],
  ])('uses what the server holds after %s', async (failure) => {
    const { outcome, counts } = run([undefined, secret('first')], failure);
    expect(await outcome).toEqual({ object: secret('first'), created: false });
    expect(counts()).toEqual({ reads: 2, posts: 1 });
  });

  it('fails, and makes no second value, if the outcome stays unknown', async () => {
    const { outcome, counts } = run([undefined, undefined], 'ConnectionLost');
    await expect(outcome).rejects.toMatchObject({ reason: 'ConnectionLost' });
    expect(counts().posts).toBe(1);
  });

  it('passes on a failure that leaves no doubt', async () => {
    const { outcome, counts } = run([undefined], 'Forbidden');
    await expect(outcome).rejects.toMatchObject({ reason: 'Forbidden' });
    expect(counts().reads).toBe(1);
  });

  it('does not rely on an object that is being deleted, and says what it waits for', async () => {
    const leaving = secret('first', {
      deletionTimestamp: '2026-01-01T00:00:00Z',
      finalizers: ['example.com/f'],
    });
    const { outcome } = run([leaving]);
    await expect(outcome).rejects.toThrow(BeingDeleted);
    await expect(outcome).rejects.toThrow('secrets x/s is being deleted');
    await expect(outcome).rejects.toThrow('example.com/f');
  });

  it("refuses somebody else's object, also when it appears meanwhile", async () => {
    const foreign = secret('first', { labels: { owner: 'somebody' } });
    for (const { outcome } of [run([foreign]), run([undefined, foreign], 'AlreadyExists')]) {
      await expect(outcome).rejects.toThrow(TerminalError);
      await expect(outcome).rejects.toMatchObject({ reason: 'NameTaken' });
    }
  });
});
