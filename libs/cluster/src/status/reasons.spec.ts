import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { catalogueRows, rowsOf } from './catalogue-page.spec-helper.ts';
import { isReason, reasons } from './reasons.ts';

const page = readFileSync(new URL('../../../../docs/conditions.md', import.meta.url), 'utf8');

describe('the catalogue of reasons', () => {
  it('is what the page for people says', () => {
    expect(rowsOf(page)).toEqual(catalogueRows());
  });

  it('has words that a condition may have as its reason', () => {
    for (const word of Object.keys(reasons)) expect(word).toMatch(/^[A-Z][A-Za-z]+$/);
  });

  it('knows its words and no others', () => {
    expect(isReason('Available')).toBe(true);
    expect(isReason('toString')).toBe(false);
  });
});
