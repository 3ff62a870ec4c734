import { describe, expect, it } from '@jest/globals';
import { type Asked, configMap, configMaps, simulated, type Simulated } from '../simulated.spec-helper.ts';

function withThree(): Simulated {
  const simulation = simulated();
  simulation.call(`POST ${configMaps}`, configMap('a', { labels: { x: '1' } }));
  simulation.call(`POST ${configMaps}`, configMap('b', { labels: { x: '2' } }));
  simulation.call(`POST ${configMaps}`, configMap('c'));
  return simulation;
}

const names = ({ body }: Asked): string[] => body.items.map(({ metadata }) => metadata.name);

describe('a list', () => {
  it('comes in pieces of one version', () => {
    const { call } = withThree();
    const first = call(`GET ${configMaps}?limit=2`);
    expect(names(first)).toEqual(['a', 'b']);
    expect(first.body).toMatchObject({ kind: 'ConfigMapList', metadata: { remainingItemCount: 1 } });
    expect(first.body.items[0]).not.toHaveProperty('kind');
    call(`DELETE ${configMaps}/c`);
    call(`POST ${configMaps}`, configMap('d'));
    const second = call(`GET ${configMaps}?limit=2&continue=${first.body.metadata.continue ?? ''}`);
    expect(names(second)).toEqual(['c']);
    expect(second.body.metadata).toEqual({ resourceVersion: first.body.metadata.resourceVersion });
  });

  it('offers to go on inconsistently when its version is gone', () => {
    const { call, sim } = withThree();
    const { body: first } = call(`GET ${configMaps}?limit=1`);
    call(`DELETE ${configMaps}/b`);
    sim.compact();
    const refused = call(`GET ${configMaps}?limit=1&continue=${first.metadata.continue ?? ''}`);
    expect(refused).toMatchObject({ status: 410, body: { reason: 'Expired', metadata: {} } });
    const rest = call(`GET ${configMaps}?continue=${refused.body.metadata.continue ?? ''}`);
    expect(names(rest)).toEqual(['c']);
  });

  it('is of an exact version if that is asked for, as long as it is remembered', () => {
    const { call, sim } = withThree();
    const { body } = call(`GET ${configMaps}/a`);
    const version = body.metadata.resourceVersion;
    expect(names(call(`GET ${configMaps}?resourceVersion=${version}&resourceVersionMatch=Exact`))).toEqual([
      'a',
    ]);
    sim.compact();
    const refused = call(`GET ${configMaps}?resourceVersion=${version}&resourceVersionMatch=Exact`);
    expect(refused).toMatchObject({ status: 410, body: { reason: 'Expired' } });
  });

  it('is whole for version 0, whatever the limit', () => {
    const { call } = withThree();
    expect(names(call(`GET ${configMaps}?limit=1&resourceVersion=0`))).toEqual(['a', 'b', 'c']);
  });

  it('selects by labels and fields, and does not count what is left out', () => {
    const { call } = withThree();
    expect(names(call(`GET ${configMaps}?labelSelector=x`))).toEqual(['a', 'b']);
    expect(names(call(`GET ${configMaps}?fieldSelector=metadata.name!%3Da`))).toEqual(['b', 'c']);
    expect(
      names(call(`GET ${configMaps}?fieldSelector=metadata.name%3Da%2Cmetadata.namespace%3Ddefault`)),
    ).toEqual(['a']);
    const { body } = call(`GET ${configMaps}?labelSelector=x&limit=1`);
    expect(body.metadata).not.toHaveProperty('remainingItemCount');
  });

  // As a real API server words them.
  it.each([
    ['limit=abc', 400, 'strconv.ParseInt: parsing "abc": invalid syntax'],
    ['fieldSelector=foo', 400, "invalid selector: 'foo'; can't understand 'foo'"],
    [
      'fieldSelector=data.a%3D1',
      400,
      '"data.a" is not a known field selector: only "metadata.name", "metadata.namespace"',
    ],
    ['fieldSelector=metadata.name%3D%5C', 400, 'invalid field selector: invalid escape sequence: \\'],
    [
      'resourceVersion=-1',
      400,
      'invalid resource version: resourceVersion: Invalid value: "-1": strconv.ParseUint: parsing "-1": invalid syntax',
    ],
    [
      'resourceVersionMatch=Exact',
      422,
      'ListOptions.meta.k8s.io "" is invalid: resourceVersionMatch: Forbidden: resourceVersionMatch is forbidden unless resourceVersion is provided',
    ],
    [
      'resourceVersionMatch=Exact&resourceVersion=0',
      422,
      'ListOptions.meta.k8s.io "" is invalid: resourceVersionMatch: Forbidden: resourceVersionMatch "exact" is forbidden for resourceVersion "0"',
    ],
    [
      'sendInitialEvents=true',
      422,
      'ListOptions.meta.k8s.io "" is invalid: sendInitialEvents: Forbidden: sendInitialEvents is forbidden for list',
    ],
  ])('with %s is refused', (query, status, message) => {
    expect(withThree().call(`GET ${configMaps}?${query}`)).toMatchObject({ status, body: { message } });
  });

  it('comes as a table or as metadata', () => {
    const { call } = withThree();
    const accept = (as: string) => ({ accept: `application/json;as=${as};v=v1;g=meta.k8s.io` });
    expect(call(`GET ${configMaps}`, undefined, accept('Table')).body).toMatchObject({
      kind: 'Table',
      rows: [{ cells: ['a', 1, expect.any(String)] }, {}, {}],
    });
    const { body } = call(`GET ${configMaps}`, undefined, accept('PartialObjectMetadataList'));
    expect(body.items[0]).toMatchObject({ kind: 'PartialObjectMetadata', metadata: { name: 'a' } });
    expect(body.items[0]).not.toHaveProperty('data');
    expect(call(`GET ${configMaps}`, undefined, { accept: 'text/plain' }).status).toBe(406);
  });
});
