import { describe, expect, it } from '@jest/globals';
import type { Stored } from '../core/object.ts';
import type { Precondition } from './action.ts';
import { needsLiveRead, violatedPrecondition } from './precondition.ts';
import { action, widget } from './widgets.spec-helper.ts';

const found: Stored = widget('w', 1, { uid: 'u1', resourceVersion: '5' }) as Stored;
const on = (precondition: Precondition) => action('resize', widget(), { precondition });

describe('needsLiveRead', () => {
  it('holds for what cannot be taken back, and for absence', () => {
    expect(needsLiveRead(action('remove', widget(), { risk: 'data' }))).toBe(true);
    expect(needsLiveRead(on({ absent: true }))).toBe(true);
  });

  it('does not hold for anything else', () => {
    expect(needsLiveRead(action('remove', widget(), { risk: 'restart' }))).toBe(false);
    expect(needsLiveRead(on({ uid: 'u1', resourceVersion: '5' }))).toBe(false);
  });
});

describe('violatedPrecondition', () => {
  it.each<[Precondition, Stored | undefined]>([
    [{ uid: 'u1' }, found],
    [{ uid: 'u1', resourceVersion: '5' }, found],
    [{ absent: true }, undefined],
  ])('is none for %j', (precondition, object) => {
    expect(violatedPrecondition(on(precondition), object)).toBeUndefined();
  });

  it('is none for an action that has no precondition', () => {
    expect(violatedPrecondition(action('make', widget()), undefined)).toBeUndefined();
  });

  it.each<[Precondition, Stored | undefined, string]>([
    [{ uid: 'u1' }, undefined, 'parts.example.com n/w is gone'],
    [{ uid: 'u2' }, found, 'parts.example.com n/w is another object of the same name'],
    [{ uid: 'u2', resourceVersion: '5' }, found, 'parts.example.com n/w is another object of the same name'],
    [{ uid: 'u1', resourceVersion: '4' }, found, 'parts.example.com n/w has changed since it was looked at'],
    [{ absent: true }, found, 'parts.example.com n/w exists already'],
  ])('tells why %j does not hold', (precondition, object, why) => {
    expect(violatedPrecondition(on(precondition), object)).toBe(why);
  });
});
