import { once } from 'node:events';
import { type Server, createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { sleep, systemClock } from '@neo4j-operator/clock';
import type { SimObject } from '../api/object.ts';
import type { ApiAnswer, LateAnswer } from '../api/request.ts';
import { createAuthority } from './certificates.ts';
import { podLogs } from './pod-logs.ts';

/** A node's server: answers with the status that `tailLines` says; follows without an end. */
let node: Server;
let asked: string[];
let open = 0;

beforeAll(async () => {
  node = createServer(createAuthority('node').issueServer(['127.0.0.1']), (request, response) => {
    const url = request.url ?? '';
    asked.push(url);
    const status = Number(new URL(url, 'https://node').searchParams.get('tailLines') ?? 200);
    response.writeHead(status, { 'content-type': 'text/plain' });
    if (!url.includes('follow')) {
      response.end(status === 200 ? 'one\ntwo\n' : 'trouble');
      return;
    }
    open++;
    response.once('close', () => open--);
    response.write('one\n');
  });
  node.listen(0, '127.0.0.1');
  await once(node, 'listening');
});
afterAll(() => {
  node.closeAllConnections();
  node.close();
});
beforeEach(() => {
  asked = [];
});

function get(_type: unknown, namespace: string | undefined, name: string): SimObject | undefined {
  const { port } = node.address() as AddressInfo;
  const address = { addresses: [{ type: 'InternalIP', address: '127.0.0.1' }] };
  const nodeAt = (status: object): SimObject => ({
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name },
    status,
  });
  const podOn = (nodeName: string | undefined, ...containers: string[]): SimObject => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: 'd' },
    spec: {
      ...(nodeName === undefined ? {} : { nodeName }),
      initContainers: [{ name: 'i' }],
      containers: containers.map((container) => ({ name: container })),
    },
  });
  const objects: Record<string, SimObject> = {
    n: nodeAt({ ...address, daemonEndpoints: { kubeletEndpoint: { Port: port } } }),
    down: nodeAt({ ...address, daemonEndpoints: { kubeletEndpoint: { Port: 1 } } }),
    nowhere: nodeAt({}),
    'd/p': podOn('n', 'a'),
    'd/two': podOn('n', 'a', 'b'),
    'd/pending': podOn(undefined, 'a'),
    'd/down': podOn('down', 'a'),
    'd/nowhere': podOn('nowhere', 'a'),
    'd/lost': podOn('lost', 'a'),
  };
  return objects[namespace === undefined ? name : `${namespace}/${name}`];
}

function call(pod: string, query = '', method = 'GET'): ApiAnswer {
  const user = { name: 'u', groups: [] };
  const request = { method, path: '', query: new URLSearchParams(query), headers: {}, body: undefined, user };
  return podLogs({ get })({ request, namespace: 'd', name: pod });
}

async function fetched(pod: string, query = '', gone = new AbortController().signal): Promise<LateAnswer> {
  const answer = call(pod, query);
  if (!('later' in answer)) throw new Error('no node was asked');
  return answer.later(gone);
}

describe('The log of a pod', () => {
  it('is fetched from its node, with what is asked for', async () => {
    const { status, headers, body } = await fetched(
      'p',
      'sinceSeconds=5&previous&timestamps=true&limitBytes=3&follow=0',
    );
    expect({ status, headers }).toEqual({ status: 200, headers: { 'content-type': 'text/plain' } });
    expect(await text(body)).toBe('one\ntwo\n');
    expect(asked).toEqual(['/containerLogs/d/p/a?limitBytes=3&previous=true&sinceSeconds=5&timestamps=true']);
  });

  it('is followed until nobody listens any more', async () => {
    const gone = new AbortController();
    const { body } = await fetched('p', 'follow=true', gone.signal);
    const chunks = body[Symbol.asyncIterator]();
    expect(String((await chunks.next()).value)).toBe('one\n');
    gone.abort();
    expect((await chunks.next()).done).toBe(true);
    while (open > 0) await sleep(systemClock, 5);
  });

  it('is of the container that is named', async () => {
    await fetched('two', 'container=b');
    await fetched('two', 'container=i');
    expect(asked).toEqual(['/containerLogs/d/two/b', '/containerLogs/d/two/i']);
  });

  it('of a pod without a node is empty', () => {
    expect(call('pending')).toMatchObject({ status: 204, body: '' });
  });

  it.each([
    [400, 'BadRequest', 'trouble'],
    [404, 'NotFound', 'the server could not find the requested resource ( pods/log p)'],
    [500, 'InternalError', 'Internal error occurred: trouble'],
    [503, 'ServiceUnavailable', 'the server is currently unable to handle the request ( pods/log p)'],
    [403, 'Forbidden', 'trouble ( pods/log p)'],
  ])('that a node refuses with %i is refused as %s', async (code, reason, message) => {
    const { status, body } = await fetched('p', `tailLines=${code}`);
    expect(status).toBe(code);
    expect(JSON.parse(await text(body))).toMatchObject({ kind: 'Status', code, reason, message });
  });

  it('of a node that is down is an error', async () => {
    const { status, body } = await fetched('down');
    expect(status).toBe(500);
    expect(JSON.parse(await text(body))).toEqual({
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Failure',
      message:
        'Get "https://127.0.0.1:1/containerLogs/d/down/a": dial tcp 127.0.0.1:1: connect: connection refused',
      code: 500,
    });
  });

  it.each([
    ['absent', '', 'pods "absent" not found'],
    ['lost', '', 'pods "lost" not found'],
    ['nowhere', '', 'no preferred addresses found; known addresses: []'],
    ['two', '', 'a container name must be specified for pod two, choose one of: [i a b]'],
    ['two', 'container=x', 'container x is not valid for pod two'],
    ['p', 'tailLines=x', 'strconv.ParseInt: parsing "x": invalid syntax'],
    [
      'p',
      'tailLines=-1',
      'PodLogOptions "p" is invalid: tailLines: Invalid value: -1: must be greater than or equal to 0',
    ],
    [
      'p',
      'sinceSeconds=0&limitBytes=0',
      'PodLogOptions "p" is invalid: [limitBytes: Invalid value: 0: must be greater than 0, sinceSeconds: Invalid value: 0: must be greater than 0]',
    ],
    [
      'p',
      'sinceSeconds=5&sinceTime=2020-01-01T00:00:00Z',
      'PodLogOptions "p" is invalid: []: Forbidden: at most one of `sinceTime` or `sinceSeconds` may be specified',
    ],
    ['p', 'stream=Stdout', 'PodLogOptions "p" is invalid: stream: Forbidden: may not be specified'],
  ])('of %s with "%s" is refused: %s', (pod, query, message) => {
    expect(() => call(pod, query)).toThrow(message);
    expect(asked).toEqual([]);
  });

  it('can only be read', () => {
    expect(() => call('p', '', 'POST')).toThrow(
      'the server does not allow this method on the requested resource',
    );
  });
});
