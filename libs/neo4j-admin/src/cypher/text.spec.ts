import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { InvalidInputError } from './invalid-input.ts';
import { tokens } from './lexer.spec-helper.ts';
import { nastyText } from './nasty.spec-helper.ts';
import { identifier, parameterText, stringLiteral } from './text.ts';

/** What the text was made into, or `undefined` if it was refused. */
function attempt(build: () => string): string | undefined {
  try {
    return build();
  } catch (error) {
    if (error instanceof InvalidInputError) return undefined;
    throw error;
  }
}

describe('text that has to stand in a statement', () => {
  it.each([
    ['identifier', identifier, 'name'],
    ['string literal', stringLiteral, 'text'],
  ] as const)(
    'as %s is refused or means just itself, for 50,000 inputs',
    (_, quote, kind) => {
      let taken = 0;
      fc.assert(
        fc.property(nastyText(), (value) => {
          const quoted = attempt(() => quote('field', value));
          if (quoted === undefined) return;
          taken++;
          const before = [{ kind: 'word', value: 'GRANT' }];
          const after = [{ kind: 'word', value: 'END' }];
          expect(tokens(`GRANT ${quoted} END`)).toEqual([...before, { kind, value }, ...after]);
        }),
        { numRuns: 50_000 },
      );
      // A quoting that refuses everything would be safe as well.
      expect(taken).toBeGreaterThan(10_000);
    },
    60_000,
  );

  it('knows the trap: a unicode escape closes a name that only doubled its backticks', () => {
    const naive = `\`${'a\\u0060 OR 1=1 //'.replaceAll('`', '``')}\``;
    expect(tokens(naive)[0]).toEqual({ kind: 'name', value: 'a' });
    expect(() => identifier('role', 'a\\u0060 OR 1=1 //')).toThrow(
      'role: has the character U+005C at position 1',
    );
  });

  it.each([
    ['', 'must not be empty'],
    ['\ud800', 'half of a surrogate pair'],
    ['x'.repeat(70_000), 'at most 65534'],
  ])('is refused if it cannot even be a parameter', (value, message) => {
    expect(() => parameterText('name', value)).toThrow(message);
  });
});
