import { describe, expect, it } from '@jest/globals';
import { parseLabelSelector } from './label-selector.ts';

describe('parseLabelSelector', () => {
  const labels = { app: 'neo4j', 'app.kubernetes.io/managed-by': 'x', tier: '', 'a-b': 'c.d_e' };

  it.each([
    ['', true],
    ['app', true],
    ['other', false],
    ['!other', true],
    ['! app', false],
    ['toString', false],
    ['app=neo4j', true],
    ['app==neo4j', true],
    [' app = neo4j ', true],
    ['app=other', false],
    ['other=', false],
    ['tier=', true],
    ['app!=neo4j', false],
    ['app!=other', true],
    ['other!=neo4j', true],
    ['app in (neo4j, other)', true],
    ['app in(other)', false],
    ['other in (neo4j)', false],
    ['app notin (neo4j)', false],
    ['other notin (neo4j)', true],
    ['app.kubernetes.io/managed-by=x,a-b=c.d_e', true],
    ['app=neo4j,app in (a,neo4j),!other', true],
    ['app=neo4j,other', false],
  ])('%j: %j', (text, expected) => {
    expect(parseLabelSelector(text)?.(labels)).toBe(expected);
  });

  it.each(['a>1', 'a=b,', '=b', 'a in b', 'a in (b', '!a=b', 'a b', 'a=b c', 'ä=b'])(
    'leaves %j to the server',
    (text) => {
      expect(parseLabelSelector(text)).toBeUndefined();
    },
  );
});
