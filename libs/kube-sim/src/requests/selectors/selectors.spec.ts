import { describe, expect, it } from '@jest/globals';
import { ApiFailure } from '../../api/failure.ts';
import { labelMatcher } from './labels.ts';
import { selectorText } from './text.ts';

const labels = { app: 'db', tier: '2', empty: '' };

describe('labelMatcher', () => {
  it.each([
    ['app=db', true],
    ['app==db', true],
    ['app!=db', false],
    ['other!=db', true],
    ['app in (db, web)', true],
    ['app notin (db)', false],
    ['other notin (db)', true],
    ['app', true],
    ['!app', false],
    ['!other', true],
    ['tier>1', true],
    ['tier<2', false],
    ['app>1', false],
    ['empty=', true],
    ['empty', true],
    ['app=db,tier=3', false],
    [' app = db , tier = 2 ', true],
    ['app in ()', false],
    ['empty in ()', true],
  ])('%s', (selector, expected) => {
    expect(labelMatcher(selector)?.(labels)).toBe(expected);
  });

  it('selects everything if it is empty', () => {
    expect(labelMatcher('')).toBeUndefined();
    expect(labelMatcher('x!=y')?.(undefined)).toBe(true);
    expect(labelMatcher('x')?.(undefined)).toBe(false);
  });

  // As a real API server words them.
  it.each([
    ['a b', "unable to parse requirement: found 'b', expected: in, notin, =, ==, !=, gt, lt"],
    ['x in (', "unable to parse requirement: found '', expected: ',', ')' or identifier"],
    ['x in a', "unable to parse requirement: found 'a' expected: '('"],
    ['x===', "unable to parse requirement: found '=', expected: identifier"],
    ['!', "unable to parse requirement: found '', expected: identifier"],
    ['x=a b', "found 'b', expected: ',' or 'end of string'"],
    [',', "found ',', expected: !, identifier, or 'end of string'"],
    ['x,', "found '', expected: identifier after ','"],
    ['/x', 'unable to parse requirement: <nil>: Invalid value: "/x": prefix part must be non-empty'],
    [
      'x>a',
      "unable to parse requirement: values[0]: Invalid value: \"a\": for 'Gt', 'Lt' operators, the value must be an integer",
    ],
  ])('refuses %s', (selector, message) => {
    expect(() => labelMatcher(selector)).toThrow(new ApiFailure(400, 'BadRequest', message));
  });
});

describe('selectorText', () => {
  it('is what a query would say', () => {
    const matchExpressions = [
      { key: 'b', operator: 'In', values: ['y', 'x'] },
      { key: 'd', operator: 'DoesNotExist' },
      { key: 'c', operator: 'Exists' },
    ];
    expect(selectorText({ matchLabels: { z: '1', a: '2' }, matchExpressions })).toBe(
      'a=2,b in (x,y),c,!d,z=1',
    );
    expect(selectorText(undefined)).toBeUndefined();
  });
});
