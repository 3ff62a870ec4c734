import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';

const images = join(import.meta.dirname, '../../docs/images');

/** The letters of a text are half as wide as high, or wider. */
const narrowest = 0.5;
const smallestSize = 12;

it.each(globSync('*.svg', { cwd: images }))('%s has all of its words in the picture', (name) => {
  const picture = readFileSync(join(images, name), 'utf8');
  const width = Number(/viewBox="0 0 (\d+) /.exec(picture)?.[1]);
  const ends = [...picture.matchAll(/<text x="(\d+)"[^>]*>([^<]*)</g)].map(
    ([, x, words = '']) => [words, Number(x) + words.length * smallestSize * narrowest] as const,
  );
  expect(ends.length).toBeGreaterThan(0);
  expect(ends.filter(([, end]) => !(end <= width))).toEqual([]);
});
