import { boolean, listMap, object, optional, string } from '../schema/build.ts';
import type { StateRule } from '../schema/rule.ts';
import { objectName } from './fields.ts';

const notNeo4jSetting: StateRule<string> = {
  cel: "!self.startsWith('NEO4J_')",
  message: 'would change a Neo4j setting behind the back of the operator',
  remedy: 'write the setting under spec.config',
  reason: 'Forbidden',
  check: (self) => !self.startsWith('NEO4J_'),
};

const name = string('The name of the variable.', {
  minLength: 1,
  maxLength: 253,
  pattern: '^[-._a-zA-Z][-._a-zA-Z0-9]*$',
  form: 'letters, digits, underscores, dashes and dots, not starting with a digit',
  rules: [notNeo4jSetting],
});

function keyOf(what: string) {
  return object(
    `A key of a ${what} in the same namespace.`,
    {
      name: objectName(`The name of the ${what}.`),
      key: string(`The key in the ${what}.`, {
        minLength: 1,
        maxLength: 253,
        pattern: '^[-._a-zA-Z0-9]+$',
        form: 'letters, digits, dashes, underscores and dots',
      }),
      optional: optional(boolean(`Whether the variable is left out when the ${what} or the key is missing.`)),
    },
    { atomic: true },
  );
}

const valueFrom = object(
  'Where the value comes from.',
  { secretKeyRef: optional(keyOf('Secret')), configMapKeyRef: optional(keyOf('ConfigMap')) },
  {
    rules: [
      {
        cel: 'has(self.secretKeyRef) != has(self.configMapKeyRef)',
        message: 'does not name exactly one source',
        remedy: 'use either secretKeyRef or configMapKeyRef',
        reason: 'Invalid',
        check: (self) => (self.secretKeyRef === undefined) !== (self.configMapKeyRef === undefined),
      },
    ],
  },
);

const variable = object(
  'One environment variable.',
  {
    name,
    value: optional(string('The value.', { maxLength: 32768 })),
    valueFrom: optional(valueFrom),
  },
  {
    rules: [
      {
        cel: '!(has(self.value) && has(self.valueFrom))',
        message: 'cannot be set together with value',
        remedy: 'keep either value or valueFrom',
        reason: 'Forbidden',
        fieldPath: '.valueFrom',
        check: (self) => self.value === undefined || self.valueFrom === undefined,
      },
    ],
  },
);

/** Environment variables of the Neo4j container. */
export const env = listMap(
  'Environment variables of the Neo4j container. Names that begin with NEO4J_ are refused: settings belong under config.',
  'name',
  variable,
  { maxItems: 100 },
);
