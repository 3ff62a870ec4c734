/** Whether a version such as `5.26.30` or `2026.08.1` is at least another one, of which the end may be left out. */
export function isAtLeast(version: string, least: string): boolean {
  const numbers = version.split('.').map(Number);
  for (const [index, wanted] of least.split('.').map(Number).entries()) {
    const difference = (numbers[index] ?? 0) - wanted;
    if (difference !== 0) return difference > 0;
  }
  return true;
}
