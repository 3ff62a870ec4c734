import { describe, expect, it } from '@jest/globals';
import { configMap, configMaps, simulated } from '../simulated.spec-helper.ts';

const merge = { 'content-type': 'application/merge-patch+json' };
const strategic = { 'content-type': 'application/strategic-merge-patch+json' };
const json = { 'content-type': 'application/json-patch+json' };
const apply = { 'content-type': 'application/apply-patch+yaml' };
const ownKeys = (value: unknown): string[] => Object.keys(value as object).sort();

// As text: in an object literal `__proto__` is no field.
const data = '"data":{"__proto__":"x","constructor":"y","toString":"z"}';
const whole = `{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a"},${data}}`;
const added =
  '[{"op":"add","path":"/data/__proto__","value":"x"},{"op":"add","path":"/data/constructor","value":"y"},{"op":"add","path":"/data/toString","value":"z"}]';

describe('A field whose name every object has', () => {
  it.each([
    ['create', 'POST', configMaps, whole, {}],
    ['merge patch', 'PATCH', `${configMaps}/a`, `{${data}}`, merge],
    ['strategic merge patch', 'PATCH', `${configMaps}/a`, `{${data}}`, strategic],
    ['JSON patch', 'PATCH', `${configMaps}/a`, added, json],
    ['apply', 'PATCH', `${configMaps}/a?fieldManager=m`, whole, apply],
  ])('is one like any other in a %s', (_, method, path, body, headers) => {
    const { call } = simulated();
    if (method === 'PATCH') call(`POST ${configMaps}`, configMap('a', {}, { k: 'v' }));
    expect(call(`${method} ${path}`, body, headers).status).toBeLessThan(300);
    const stored = call(`GET ${configMaps}/a`).body.data;
    expect(ownKeys(stored).filter((key) => key !== 'k')).toEqual(['__proto__', 'constructor', 'toString']);
    expect(call(`PATCH ${configMaps}/a`, '{"data":{"__proto__":null}}').status).toBe(200);
    expect(ownKeys(call(`GET ${configMaps}/a`).body.data)).not.toContain('__proto__');
  });

  it('is taken away by who applied it', () => {
    const { call } = simulated();
    const path = `PATCH ${configMaps}/a?fieldManager=m`;
    call(path, whole, apply);
    call(path, configMap('a', {}, { k: 'v' }), apply);
    expect(call(`GET ${configMaps}/a`).body.data).toEqual({ k: 'v' });
  });

  it('is no label of those that have none of that name', () => {
    const { call } = simulated();
    call(`POST ${configMaps}`, configMap('a', { labels: { toString: 'b' } }));
    const found = (selector: string): number =>
      call(`GET ${configMaps}?labelSelector=${encodeURIComponent(selector)}`).body.items.length;
    expect(['valueOf', '!valueOf', 'valueOf!=x', 'toString', 'toString=b'].map(found)).toEqual([
      0, 1, 1, 1, 1,
    ]);
  });

  it('is no known type of Secret, and is kept of stringData', () => {
    const { call } = simulated();
    const secret =
      '{"apiVersion":"v1","kind":"Secret","metadata":{"name":"a"},"type":"constructor","stringData":{"__proto__":"x"}}';
    const { status, body } = call('POST /api/v1/namespaces/default/secrets', secret);
    expect([status, ownKeys(body.data)]).toEqual([201, ['__proto__']]);
  });
});
