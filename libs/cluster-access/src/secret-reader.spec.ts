import { Buffer } from 'node:buffer';
import { beforeEach, describe, expect, it } from '@jest/globals';
import {
  KubeError,
  type LiveReader,
  objectKey,
  type ObjectKey,
  type Stored,
} from '@neo4j-operator/reconcile-kit';
import type { Secret } from './resources.ts';
import { SecretReader, secretText } from './secret-reader.ts';

const key = objectKey('prod', 'graph-auth');

function secret(version: number, password = `v${version}`, uid = 'u'): Stored<Secret> {
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { namespace: 'prod', name: 'graph-auth', uid, resourceVersion: String(version) },
    data: { password: Buffer.from(password).toString('base64') },
  };
}

/** Stand-ins for the informer and the API server, which may be of different minds. */
let shown: Map<ObjectKey, Stored>;
let stored: Map<ObjectKey, Stored<Secret>>;
let gets: number;
let held: (() => void)[] | undefined;
let reader: SecretReader;

/** Answers with what is there when it is asked. */
const live: Pick<LiveReader, 'get'> = {
  get: async (_, asked) => {
    gets++;
    const answer = stored.get(asked);
    const waiting = held;
    if (waiting !== undefined) {
      await new Promise<void>((resolve) => {
        waiting.push(resolve);
      });
    }
    return answer as never;
  },
};

function put(version: number, uid?: string): void {
  const object = secret(version, undefined, uid);
  stored.set(key, object);
  show(object);
}

function show({ apiVersion, kind, metadata }: Stored<Secret>): void {
  shown.set(key, { apiVersion, kind, metadata });
}

async function password(options?: { readonly live: boolean }): Promise<string | undefined> {
  return secretText(await reader.read(key, undefined, options), 'password');
}

beforeEach(() => {
  shown = new Map();
  stored = new Map();
  gets = 0;
  held = undefined;
  reader = new SecretReader({ lister: { get: (asked) => shown.get(asked) }, live });
});

describe('a reader of Secrets', () => {
  it('asks once for each version', async () => {
    put(1);
    expect(await password()).toBe('v1');
    expect(await password()).toBe('v1');
    expect(gets).toBe(1);
    put(2);
    expect(await password()).toBe('v2');
    expect(await password()).toBe('v2');
    expect(gets).toBe(2);
  });

  it('asks once, however many want it at the same time', async () => {
    put(1);
    held = [];
    const all = Promise.all(Array.from({ length: 50 }, () => password()));
    await Promise.resolve();
    for (const release of held) release();
    expect(new Set(await all)).toEqual(new Set(['v1']));
    expect(gets).toBe(1);
  });

  it('is content with a newer version than the informer shows', async () => {
    put(1);
    stored.set(key, secret(5));
    expect(await password()).toBe('v5');
    show(secret(5));
    expect(await password()).toBe('v5');
    expect(gets).toBe(1);
  });

  it('asks again if the answer under way is older than what the informer shows now', async () => {
    put(1);
    held = [];
    const first = password();
    put(2);
    const second = password();
    const [release] = held;
    held = undefined;
    release?.();
    expect([await first, await second]).toEqual(['v1', 'v2']);
    expect(await password()).toBe('v2');
    expect(gets).toBe(2);
  });

  it('asks again if the answer under way comes from before the Secret was made', async () => {
    held = [];
    const before = password({ live: true });
    put(1);
    const after = password();
    const [release] = held;
    held = undefined;
    release?.();
    expect([await before, await after]).toEqual([undefined, 'v1']);
  });

  it('keeps nothing of Secrets that are gone and not asked for any more', async () => {
    const names = Array.from({ length: 20 }, (_, index) => objectKey('prod', `secret-${index}`));
    for (const name of names) {
      stored.set(name, secret(1));
      shown.set(name, secret(1));
      await reader.read(name);
    }
    shown.clear();
    put(1);
    await password();
    // Shown again they are read again.
    for (const name of names) shown.set(name, secret(1));
    gets = 0;
    for (const name of names) await reader.read(name);
    expect(gets).toBe(20);
  });

  it('reads one anew that was deleted and made again', async () => {
    put(1);
    await password();
    put(9, 'other');
    expect(await password()).toBe('v9');
    expect(gets).toBe(2);
  });

  it('does not ask for what the informer does not show, unless told to', async () => {
    stored.set(key, secret(1));
    expect(await password()).toBeUndefined();
    expect(gets).toBe(0);
    expect(await password({ live: true })).toBe('v1');
    expect(await password({ live: true })).toBe('v1');
    expect(gets).toBe(2);
  });

  it('has no second GET for what was read live before the informer showed it', async () => {
    stored.set(key, secret(1));
    await password({ live: true });
    show(secret(1));
    expect(await password()).toBe('v1');
    expect(gets).toBe(1);
  });

  it('gives nothing for one that is gone, and forgets it', async () => {
    put(1);
    await password();
    stored.clear();
    expect(await password({ live: true })).toBeUndefined();
    expect(await password()).toBeUndefined();
    shown.clear();
    expect(await password()).toBeUndefined();
    expect(gets).toBe(3);
  });

  it('passes on why it cannot be read, and asks anew the next time', async () => {
    put(1);
    const denied = new KubeError('no', { reason: 'Forbidden' });
    let isDenied = true;
    reader = new SecretReader({
      lister: { get: (asked) => shown.get(asked) },
      live: {
        get: (resource, asked) => (isDenied ? Promise.reject(denied) : live.get(resource, asked)),
      },
    });
    await expect(password()).rejects.toBe(denied);
    isDenied = false;
    expect(await password()).toBe('v1');
  });

  it('stops waiting when its caller does, and reads on for the others', async () => {
    put(1);
    held = [];
    const caller = new AbortController();
    const given = reader.read(key, caller.signal).catch((error: unknown) => error);
    const kept = password();
    caller.abort(new Error('the pass is over'));
    expect(await given).toEqual(new Error('the pass is over'));
    for (const release of held) release();
    expect(await kept).toBe('v1');
    expect(gets).toBe(1);
  });
});

describe('the text of a Secret', () => {
  it('is decoded, and absent if the key is', () => {
    expect(secretText(secret(1, 'pässword'), 'password')).toBe('pässword');
    expect(secretText(secret(1), 'username')).toBeUndefined();
    expect(secretText(undefined, 'password')).toBeUndefined();
  });
});
