// The few distributions that intervals from resampling need.

/** The share of a standard normal distribution below z. Abramowitz and Stegun 26.2.17: wrong by less than 1e-7. */
export function normalCdf(z: number): number {
  const t = 1 / (1 + 0.2316419 * Math.abs(z));
  const series =
    t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  const tail = (Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI)) * series;
  return z > 0 ? 1 - tail : tail;
}

/**
 * The t of which Student's distribution with `freedom` degrees has `share` below it.
 *
 * @param share - above 0.5 and below 1
 * @param freedom - a whole number, 1 or more
 */
export function studentQuantile(share: number, freedom: number): number {
  let low = 0;
  let high = 1e6;
  for (let round = 0; round < 100; round++) {
    const middle = (low + high) / 2;
    if (0.5 + centralShare(middle, freedom) / 2 < share) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** The share of Student's distribution between -t and t. Abramowitz and Stegun 26.7.3 and 26.7.4. */
function centralShare(t: number, freedom: number): number {
  const angle = Math.atan(t / Math.sqrt(freedom));
  const cosine = Math.cos(angle);
  const isOdd = freedom % 2 === 1;
  let term = isOdd ? cosine : 1;
  let sum = 0;
  for (let k = isOdd ? 3 : 2; k <= freedom; k += 2) {
    sum += term;
    term *= (cosine * cosine * (k - 1)) / k;
  }
  return isOdd ? (2 / Math.PI) * (angle + Math.sin(angle) * sum) : Math.sin(angle) * sum;
}
