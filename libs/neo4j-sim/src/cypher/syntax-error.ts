/** A text that the grammar does not take. Thrown inside the parser, and turned into a failure at its edge. */
export class SyntaxProblem extends Error {
  /** Where, in characters from the start of the text. */
  readonly offset: number;
  /** GQLSTATUS; 42I06 for input that is not expected where it stands. */
  readonly status: string;

  constructor(message: string, offset: number, status = '42I06') {
    super(message);
    this.name = 'SyntaxProblem';
    this.offset = offset;
    this.status = status;
  }
}
