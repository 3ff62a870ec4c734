import { afterEach, describe, expect, it } from '@jest/globals';
import type { Sent } from '../controller/fake-api.spec-helper.ts';
import {
  finalizer,
  parts,
  widget,
  widgetDefinition,
  widgets,
  withFinalizer,
  World,
} from '../controller/widgets.spec-helper.ts';
import { eventRules, leaderElectionRules, passRules } from './kit-rules.ts';
import { mergeRules, type PolicyRule, rule } from './policy-rule.ts';

const worlds: World[] = [];

afterEach(async () => {
  for (const world of worlds.splice(0)) await world.end();
});

/** What a world asked for, as access control calls it. Its informers list and watch. */
function asked(sent: readonly Sent[]): readonly PolicyRule[] {
  const verbs = { GET: 'get', POST: 'create', PUT: 'update', PATCH: 'patch', DELETE: 'delete' } as const;
  return mergeRules(
    ...[widgets, parts].map((resource) => rule(resource, ['list', 'watch'])),
    ...sent.map(({ method, path }) => {
      const [, plural, subresource] = /\/namespaces\/n\/(\w+)(?:\/[^/]+(?:\/(\w+))?)?$/.exec(path) ?? [];
      return rule(plural === 'parts' ? parts : widgets, [verbs[method]], subresource);
    }),
  );
}

describe('passRules', () => {
  it('allow all that the engine asks for in the life of an object, and no more', async () => {
    const definition = widgetDefinition(withFinalizer);
    const world = new World(definition, (api) => api.put(widgets, widget()));
    worlds.push(world);
    world.api.failOnce('POST', '/parts', 'lost');
    world.api.failOnce('PATCH', '/status', 'lost');
    await world.settle(10_000);
    world.api.remove(widgets, world.widget());
    await world.settle(10_000);
    expect(world.api.read(widgets, widget())).toBeUndefined();

    const byExecutors = rule(parts, ['create', 'delete']);
    const forTheGarbageCollector = rule(widgets, ['update'], 'finalizers');
    expect(mergeRules(...asked(world.api.sent), forTheGarbageCollector)).toEqual(
      mergeRules(...passRules(definition), byExecutors),
    );
  });

  it('leave out what a definition does not have', () => {
    expect(passRules({ resource: widgets })).toEqual([
      { apiGroups: ['example.com'], resources: ['widgets'], verbs: ['get', 'list', 'watch'] },
      { apiGroups: ['example.com'], resources: ['widgets/status'], verbs: ['patch'] },
    ]);
    expect(passRules({ resource: widgets, watches: [{ resource: parts }], finalizer })).toEqual([
      { apiGroups: ['example.com'], resources: ['parts'], verbs: ['get', 'list', 'watch'] },
      { apiGroups: ['example.com'], resources: ['widgets'], verbs: ['get', 'list', 'watch', 'patch'] },
      { apiGroups: ['example.com'], resources: ['widgets/status'], verbs: ['patch'] },
    ]);
  });

  it('are the same for an owned resource with a selector', () => {
    const owned = passRules({ resource: widgets, owns: [{ resource: parts }] });
    expect(owned).toEqual(passRules({ resource: widgets, owns: [parts] }));
    expect(owned).toContainEqual(rule(widgets, ['update'], 'finalizers'));
  });
});

it('the rules of the other parts are those of the example operator', () => {
  expect([...leaderElectionRules, ...eventRules]).toEqual([
    {
      apiGroups: ['coordination.k8s.io'],
      resources: ['leases'],
      verbs: ['get', 'list', 'watch', 'create', 'update'],
    },
    { apiGroups: ['events.k8s.io'], resources: ['events'], verbs: ['create', 'patch'] },
  ]);
});
