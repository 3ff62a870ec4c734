import { execFile } from 'node:child_process';
import dns, { lookup as importedLookup } from 'node:dns';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, get } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, describe, expect, it } from '@jest/globals';
import { interceptLookups } from './intercept-lookups.ts';

let restore = (): void => undefined;
afterEach(() => {
  restore();
});

const table: Readonly<Record<string, readonly string[]>> = {
  'one.test': ['127.0.0.1'],
  'two.test': ['127.0.0.1', '127.0.0.2'],
  'none.test': [],
};

function intercept(): void {
  restore = interceptLookups((name) => table[name]);
}

describe('interceptLookups', () => {
  it('answers callbacks and promises, for one address and for all', async () => {
    intercept();
    const ask = promisify(dns.lookup);
    await expect(ask('one.test')).resolves.toMatchObject({ address: '127.0.0.1', family: 4 });
    await expect(ask('two.test', { all: true })).resolves.toEqual([
      { address: '127.0.0.1', family: 4 },
      { address: '127.0.0.2', family: 4 },
    ]);
    await expect(dns.promises.lookup('one.test')).resolves.toEqual({ address: '127.0.0.1', family: 4 });
    await expect(dns.promises.lookup('one.test', 4)).resolves.toEqual({ address: '127.0.0.1', family: 4 });
  });

  it('says that there is no such name, or no such address', async () => {
    intercept();
    const missing = { code: 'ENOTFOUND', hostname: 'none.test' };
    await expect(dns.promises.lookup('none.test')).rejects.toMatchObject(missing);
    await expect(promisify(dns.lookup)('none.test')).rejects.toMatchObject(missing);
    await expect(dns.promises.lookup('one.test', { family: 6 })).rejects.toMatchObject({ code: 'ENOTFOUND' });
  });

  it('passes all else on', async () => {
    intercept();
    await expect(promisify(dns.lookup)('127.0.0.9')).resolves.toMatchObject({ address: '127.0.0.9' });
    await expect(dns.promises.lookup('127.0.0.9')).resolves.toEqual({ address: '127.0.0.9', family: 4 });
  });

  it('reaches what connects by name', async () => {
    intercept();
    const server = createServer((_, response) => response.end('here'));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const status = await new Promise((resolve, reject) => {
      get({ host: 'one.test', port, agent: false }, (answer) => {
        answer.resume();
        resolve(answer.statusCode);
      }).on('error', reject);
    });
    expect(status).toBe(200);
    await new Promise((resolve) => server.close(resolve));
  });

  it('puts everything back', () => {
    const before = [dns.lookup, dns.promises.lookup, importedLookup];
    intercept();
    expect(dns.lookup).not.toBe(before[0]);
    restore();
    expect([dns.lookup, dns.promises.lookup, importedLookup]).toEqual(before);
  });
});

describe('the preload module', () => {
  const dir = mkdtempSync(join(tmpdir(), 'names-'));
  afterEach(() => {
    rmSync(dir, { recursive: true, force: true });
  });

  it('lets another process resolve the names of a file, also when it changes', async () => {
    const file = join(dir, 'names.json');
    const write = (address: string): void => {
      const names = { 'web.ns.svc.cluster.local': [address] };
      writeFileSync(file, JSON.stringify({ clusterDomain: 'cluster.local', names }));
    };
    write('127.0.7.7');
    const program = `
      import { lookup } from 'node:dns/promises';
      import { writeFileSync, readFileSync } from 'node:fs';
      const ask = async () => console.log((await lookup('web.ns.svc')).address);
      await ask();
      writeFileSync(${JSON.stringify(file)}, readFileSync(${JSON.stringify(file)}, 'utf8').replace('7.7', '8.88'));
      await ask();`;
    const preload = join(import.meta.dirname, 'register-names.ts');
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ['--import', preload, '--input-type=module', '--eval', program],
      { env: { ...process.env, NODE_OPTIONS: '', HOLLOW_NODE_NAMES: file } },
    );
    expect(stdout).toBe('127.0.7.7\n127.0.8.88\n');
  });
});
