// Selectors of labels and of nodes.
import type {
  LabelSelector,
  NodeSelector,
  NodeSelectorTerm,
  Requirement,
  SchedulableNode,
} from './objects.ts';

type Labels = Readonly<Record<string, string>>;

/** Whether labels match a selector. An empty selector matches everything, an absent one nothing. */
export function matchesLabels(selector: LabelSelector | undefined, labels: Labels = {}): boolean {
  if (selector === undefined) return false;
  return (
    Object.entries(selector.matchLabels ?? {}).every(([key, value]) => labels[key] === value) &&
    (selector.matchExpressions ?? []).every((requirement) => meets(requirement, labels[requirement.key]))
  );
}

/** The selector that asks for the pod's own values of `same` as well, and for others of `different`. */
export function withOwnValues(
  selector: LabelSelector | undefined,
  own: Labels = {},
  same: readonly string[] = [],
  different: readonly string[] = [],
): LabelSelector | undefined {
  if (selector === undefined || same.length + different.length === 0) return selector;
  const requirements = (keys: readonly string[], operator: string): Requirement[] =>
    keys.flatMap((key) => (own[key] === undefined ? [] : [{ key, operator, values: [own[key]] }]));
  return {
    ...selector,
    matchExpressions: [
      ...(selector.matchExpressions ?? []),
      ...requirements(same, 'In'),
      ...requirements(different, 'NotIn'),
    ],
  };
}

/** Whether a node matches one of the terms. */
export function matchesNode({ nodeSelectorTerms }: NodeSelector, node: SchedulableNode): boolean {
  return nodeSelectorTerms.some((term) => matchesTerm(term, node));
}

/** Whether a node matches a term. An empty term matches no node. */
export function matchesTerm(term: NodeSelectorTerm, node: SchedulableNode): boolean {
  const { matchExpressions = [], matchFields = [] } = term;
  if (matchExpressions.length + matchFields.length === 0) return false;
  const labels = node.metadata.labels ?? {};
  return (
    matchExpressions.every((requirement) => meets(requirement, labels[requirement.key])) &&
    matchFields.every((requirement) => meets(requirement, node.metadata.name))
  );
}

function meets({ operator, values = [] }: Requirement, value: string | undefined): boolean {
  switch (operator) {
    case 'In':
      return value !== undefined && values.includes(value);
    case 'NotIn':
      return value === undefined || !values.includes(value);
    case 'Exists':
      return value !== undefined;
    case 'DoesNotExist':
      return value === undefined;
    case 'Gt':
      return isWhole(value) && Number(value) > Number(values[0]);
    case 'Lt':
      return isWhole(value) && Number(value) < Number(values[0]);
    default:
      return false;
  }
}

function isWhole(value: string | undefined): value is string {
  return value !== undefined && /^[+-]?\d+$/.test(value);
}
