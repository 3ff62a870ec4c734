// Weighted ridge regression that takes its rows one by one, so that a rolling backtest can solve it at any time.

/** Normal equations: the lower triangle of X'WX, X'Wy, and the sum of the weights. */
export interface NormalEquations {
  readonly size: number;
  readonly matrix: Float64Array;
  readonly vector: Float64Array;
  weight: number;
}

export function normalEquations(size: number): NormalEquations {
  return { size, matrix: new Float64Array(size * size), vector: new Float64Array(size), weight: 0 };
}

/** Adds the row at `offset` of `rows`. */
export function addRow(
  equations: NormalEquations,
  rows: Float64Array,
  offset: number,
  target: number,
  weight: number,
): void {
  const { size, matrix, vector } = equations;
  for (let row = 0; row < size; row++) {
    const scaled = (rows[offset + row] ?? 0) * weight;
    vector[row] = (vector[row] ?? 0) + scaled * target;
    for (let column = 0; column <= row; column++) {
      const at = row * size + column;
      matrix[at] = (matrix[at] ?? 0) + scaled * (rows[offset + column] ?? 0);
    }
  }
  equations.weight += weight;
}

/**
 * Coefficients of least squares, as if `pseudoRows` more rows of average size for each column had said that its coefficient is the one of
 * `prior`. With some of them there is always exactly one answer.
 */
export function solveRidge(
  equations: NormalEquations,
  prior: Float64Array,
  pseudoRows: number,
): Float64Array {
  const { size, matrix, vector } = equations;
  const share = pseudoRows / Math.max(equations.weight, 1e-9);
  const penalties = Float64Array.from(
    { length: size },
    (_, row) => share * (matrix[row * size + row] ?? 0) + 1e-9,
  );
  const lower = new Float64Array(size * size);
  const answer = new Float64Array(size);
  for (let row = 0; row < size; row++) {
    let rest = vector[row] ?? 0;
    for (let column = 0; column < size; column++) {
      const entry = (column <= row ? matrix[row * size + column] : matrix[column * size + row]) ?? 0;
      rest -= entry * (prior[column] ?? 0);
    }
    answer[row] = rest;
  }
  for (let row = 0; row < size; row++) {
    for (let column = 0; column <= row; column++) {
      let rest = (matrix[row * size + column] ?? 0) + (row === column ? (penalties[row] ?? 0) : 0);
      for (let k = 0; k < column; k++) rest -= (lower[row * size + k] ?? 0) * (lower[column * size + k] ?? 0);
      lower[row * size + column] =
        row === column ? Math.sqrt(Math.max(rest, 1e-15)) : rest / (lower[column * size + column] ?? 1);
    }
  }
  for (let row = 0; row < size; row++) {
    let rest = answer[row] ?? 0;
    for (let k = 0; k < row; k++) rest -= (lower[row * size + k] ?? 0) * (answer[k] ?? 0);
    answer[row] = rest / (lower[row * size + row] ?? 1);
  }
  for (let row = size - 1; row >= 0; row--) {
    let rest = answer[row] ?? 0;
    for (let k = row + 1; k < size; k++) rest -= (lower[k * size + row] ?? 0) * (answer[k] ?? 0);
    answer[row] = rest / (lower[row * size + row] ?? 1);
  }
  return answer.map((value, index) => value + (prior[index] ?? 0));
}
