import { boolean, listMap, object, optional, string } from '../schema/build.ts';
import type { StateRule } from '../schema/rule.ts';
import { objectName } from './fields.ts';

/** Variables that the entry script of the image reads for other ends than a setting, and what to do instead. */
const instead: Readonly<Record<string, string>> = {
  NEO4J_AUTH: 'name a Secret with the password under spec.auth.adminSecret',
  NEO4J_AUTH_PATH: 'name a Secret with the password under spec.auth.adminSecret',
  NEO4J_ACCEPT_LICENSE_AGREEMENT: 'use spec.acceptLicenseAgreement',
  NEO4J_PLUGINS: 'leave it out: plugins cannot be installed yet',
};

const hasField = Object.entries(instead).map(([variable, remedy]): StateRule<string> => ({
  cel: `self != '${variable}'`,
  message: 'is set by the operator',
  remedy,
  reason: 'Forbidden',
  check: (self) => self !== variable,
}));

const notNeo4jSetting: StateRule<string> = {
  cel: `!self.startsWith('NEO4J_') || self in [${Object.keys(instead)
    .map((variable) => `'${variable}'`)
    .join(', ')}]`,
  message: 'would change a Neo4j setting behind the back of the operator',
  remedy: 'write the setting under spec.config',
  reason: 'Forbidden',
  check: (self) => !self.startsWith('NEO4J_') || Object.hasOwn(instead, self),
};

const name = string('The name of the variable.', {
  minLength: 1,
  maxLength: 253,
  pattern: '^[-._a-zA-Z][-._a-zA-Z0-9]*$',
  form: 'letters, digits, underscores, dashes and dots, not starting with a digit',
  rules: [...hasField, notNeo4jSetting],
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
