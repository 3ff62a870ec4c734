import { describe, expect, it } from '@jest/globals';
import { defineController } from './definition.ts';
import { widgetDefinition, withFinalizer } from './widgets.spec-helper.ts';

describe('defineController', () => {
  it('gives a definition that nobody can change', () => {
    expect(Object.isFrozen(widgetDefinition(withFinalizer))).toBe(true);
  });

  it.each(['Widget', '', 'a b', '1st'])('refuses the name %j', (name) => {
    expect(() => widgetDefinition({ name })).toThrow('use lower-case letters, digits and dashes');
  });

  it('refuses a finalizer that nothing removes, and the reverse', () => {
    const { planDeletion } = withFinalizer;
    expect(() => widgetDefinition({ finalizer: 'f' })).toThrow('finalizer and planDeletion go together');
    const definition = { ...widgetDefinition(), ...(planDeletion && { planDeletion }) };
    expect(() => defineController(definition)).toThrow('finalizer and planDeletion go together');
  });
});
