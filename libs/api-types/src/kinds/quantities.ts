import { type TUnsafe, Unsafe } from 'typebox';
import { parseQuantity } from '../quantity.ts';
import type { Rule } from '../schema/schema.ts';

type QuantityText = number | string;

/** A Kubernetes quantity that is not negative, as text or as a plain whole number. */
export function quantity(description: string): TUnsafe<QuantityText> {
  return Unsafe<QuantityText>({
    'x-kubernetes-int-or-string': true,
    description,
    minimum: 0,
    maxLength: 32,
    pattern: '^([0-9]+[.]?[0-9]*|[.][0-9]+)([KMGTPE]i|[numkMGTPE]?|[eE][+-]?[0-9]{1,2})$',
    expected: 'a quantity such as 100Gi, 1.5 or 500m',
  });
}

/** The quantity is more than nothing. */
export const positive: Rule<QuantityText> = {
  on: 'write',
  rule: 'quantity(string(self)).sign() > 0',
  check: (self) => billionths(self) > 0n,
  message: 'the size is zero',
  remedy: 'give a size above zero, such as 10Gi',
  reason: 'Invalid',
};

/** The quantity is not less than it was. Volume claims can grow but not shrink (Kubernetes, PersistentVolumeClaim resizing). */
export const neverShrinks: Rule<QuantityText> = {
  on: 'update',
  rule: 'quantity(string(self)).compareTo(quantity(string(oldSelf))) >= 0',
  check: (self, old) => billionths(self) >= billionths(old),
  message: 'storage cannot shrink',
  remedy:
    'keep the former size or a larger one; for smaller volumes create a new cluster and move the data by backup and restore',
  reason: 'Forbidden',
};

/** The value of a quantity that its schema has accepted. */
export function billionths(value: QuantityText): bigint {
  return parseQuantity(value) ?? 0n;
}
