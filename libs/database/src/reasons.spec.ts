import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { reasons } from './reasons.ts';

describe('the page on conditions', () => {
  it('has the table of the catalogue', () => {
    const page = readFileSync(join(import.meta.dirname, '../../../docs/conditions-database.md'), 'utf8');
    const rows = [...page.matchAll(/^\| `(?<reason>\w+)` +\| (?<means>.*?) +\| (?<todo>.*?) +\|$/gm)].map(
      ({ groups = {} }) => [groups['reason'], { means: groups['means'], todo: groups['todo'] }],
    );
    expect(Object.fromEntries(rows)).toEqual(reasons);
    expect(rows.map(([reason]) => reason)).toEqual(Object.keys(reasons));
  });
});
