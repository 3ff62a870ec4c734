// Label selectors as objects have them, in the notation of queries.

interface Expression {
  readonly key: string;
  readonly operator: string;
  readonly values?: readonly string[];
}

/** `a=b,c in (d,e)`; undefined for what is no selector. */
export function selectorText(selector: unknown): string | undefined {
  if (typeof selector !== 'object' || selector === null) return undefined;
  const { matchLabels = {}, matchExpressions = [] } = selector as {
    readonly matchLabels?: Readonly<Record<string, string>>;
    readonly matchExpressions?: readonly Expression[];
  };
  const terms = Object.entries(matchLabels).map(([key, value]) => [key, `${key}=${value}`] as const);
  const more = matchExpressions.map((expression) => [expression.key, expressionText(expression)] as const);
  return [...terms, ...more]
    .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
    .map(([, text]) => text)
    .join(',');
}

function expressionText({ key, operator, values = [] }: Expression): string {
  if (operator === 'Exists') return key;
  if (operator === 'DoesNotExist') return `!${key}`;
  return `${key} ${operator.toLowerCase()} (${[...values].sort().join(',')})`;
}
