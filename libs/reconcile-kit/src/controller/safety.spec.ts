import { describe, expect, it } from '@jest/globals';
import { blockedBy, pass, refuse, type SafetyRules } from './safety.ts';
import { action, widget, type WidgetAction } from './widgets.spec-helper.ts';

const rules: SafetyRules<WidgetAction, { readonly healthy: number }> = {
  twoHealthy: (_, { healthy }) => (healthy >= 2 ? pass : refuse(`${String(healthy)} healthy`)),
  onlyParts: ({ target }) => (target.resource.plural === 'parts' ? pass : refuse('not a part')),
};

const remove = (...names: readonly string[]): WidgetAction => action('remove', widget(), { rules: names });

describe('blockedBy', () => {
  it('lets an action through that names no rule, or only rules that pass', () => {
    expect(blockedBy(action('remove', widget()), { healthy: 0 }, rules)).toEqual([]);
    expect(blockedBy(remove('twoHealthy', 'onlyParts'), { healthy: 2 }, rules)).toEqual([]);
  });

  it('names each rule that holds it back, with the facts', () => {
    expect(blockedBy(remove('onlyParts', 'twoHealthy'), { healthy: 1 }, rules)).toEqual([
      { rule: 'twoHealthy', message: '1 healthy', action: 'remove' },
    ]);
  });

  it.each(['missing', 'toString', '__proto__'])('blocks for a rule that nobody has defined: %s', (name) => {
    expect(blockedBy(remove(name), { healthy: 2 }, rules)).toEqual([
      { rule: name, message: `no rule of the name ${name} is defined`, action: 'remove' },
    ]);
  });
});
