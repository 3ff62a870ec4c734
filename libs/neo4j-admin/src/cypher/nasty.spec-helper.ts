import fc from 'fast-check';

/** Pieces that have closed a quotation somewhere, once. */
const pieces = [
  '`',
  '``',
  "'",
  "''",
  '"',
  '\\',
  '\\\\',
  "\\'",
  '\\`',
  '\\u0060',
  '\\u0027',
  '\\uu0060',
  '\\U0060',
  '\\x60',
  '\u2018',
  '\u02bc',
  '\uff40',
  '\u0000',
  '\n',
  '\r',
  '\u2028',
  '\u0085',
  '\ud800',
  '\udc00',
  '\u200b',
  '\u202e',
  '$',
  '$name',
  '{',
  '}',
  ';',
  '--',
  '//',
  '/*',
  '*/',
  '*',
  '?',
  ' ',
  ',',
  ':',
  '.',
  '-',
  '_',
  'system',
  'SYSTEM',
  'PUBLIC',
  'neo4j',
  'IF EXISTS',
  ' OR 1=1',
  'a',
  'Z',
  '0',
  'ß',
  'İ',
];

/** Any string, and above all such as are made to break out of quotes. */
export function nastyText(): fc.Arbitrary<string> {
  return fc.oneof(
    {
      weight: 4,
      arbitrary: fc
        .array(fc.constantFrom(...pieces), { minLength: 0, maxLength: 8 })
        .map((list) => list.join('')),
    },
    { weight: 2, arbitrary: fc.string({ unit: 'binary', maxLength: 20 }) },
    { weight: 1, arbitrary: fc.string({ maxLength: 80 }) },
    { weight: 1, arbitrary: fc.stringMatching(/^[a-z][a-z0-9.-]{2,30}$/) },
  );
}
