/** A text that the grammar does not take. Thrown inside the parser, and turned into a failure at its edge. */
export class SyntaxProblem extends Error {
  /** Where, in characters from the start of the text. */
  readonly offset: number;

  constructor(message: string, offset: number) {
    super(message);
    this.name = 'SyntaxProblem';
    this.offset = offset;
  }
}
