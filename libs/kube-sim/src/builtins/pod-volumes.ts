// Validation of the volumes of a pod.
import type { FieldCause } from '../api/failure.ts';
import { forbidden, invalidValue, notSupported, required } from '../schema/causes.ts';
import { isRecord, type JsonRecord } from '../schema/json.ts';
import { type Causes, relativePath } from './checks.ts';
import { recordAt, recordsAt, textAt } from './fields.ts';
import { quantityNanos } from './quantity.ts';
import { all, among, distinct, each, exactlyOne, fields, must, mustBeName, type Rule } from './rules.ts';

const podFields = ['annotations', 'labels', 'name', 'namespace', 'uid'].map((name) => `metadata.${name}`);
const subscriptedField = /^metadata\.(?:annotations|labels)\['.+'\]$/;

const mode: Rule = (path, value) =>
  typeof value === 'number' && (value < 0 || value > 0o777)
    ? [invalidValue(path, value, 'must be a number between 0 and 0777 (octal), both inclusive')]
    : [];

const files = {
  defaultMode: mode,
  items: each(
    fields({
      key: must(),
      path: all(must(), (path, value) => (typeof value === 'string' ? relativePath(path, value) : [])),
    }),
  ),
};

/** Fields of the pod as files; the server does not say in which item something is wrong. */
const podFiles: Rule = (path, value) =>
  recordsAt(isRecord(value) ? value : {}, 'items').flatMap((file) => {
    const fieldPath = textAt(file, 'fieldRef', 'fieldPath');
    if (file['fieldRef'] !== undefined)
      return podFields.includes(fieldPath) || subscriptedField.test(fieldPath)
        ? []
        : [notSupported(`${path}.fieldRef.fieldPath`, fieldPath, podFields)];
    return file['resourceFieldRef'] === undefined
      ? [required(path, 'one of fieldRef and resourceFieldRef is required')]
      : [];
  });

const projection = fields({
  secret: fields({ name: must(), ...files }),
  configMap: fields({ name: must(), ...files }),
  downwardAPI: podFiles,
  serviceAccountToken: fields({
    expirationSeconds: (path, seconds) =>
      Number(seconds) < 600
        ? [invalidValue(path, seconds, 'may not specify a duration less than 10 minutes')]
        : [],
    path: must(),
  }),
});

const projected: Rule = all(fields({ defaultMode: mode, sources: each(projection) }), (path, value) => {
  const seen = new Set<string>();
  return recordsAt(isRecord(value) ? value : {}, 'sources').flatMap((source) =>
    ['secret', 'configMap', 'downwardAPI'].flatMap((kind): readonly FieldCause[] =>
      recordsAt(source, kind, 'items').flatMap((item) => {
        const file = textAt(item, 'path');
        const isTaken = file !== '' && seen.has(file);
        seen.add(file);
        const name = recordAt(source, kind)['name'] ?? file;
        return isTaken ? [invalidValue(path, name, 'conflicting duplicate paths')] : [];
      }),
    ),
  );
});

const source: Rule = exactlyOne(
  {
    emptyDir: fields({
      sizeLimit: (path, value) =>
        (quantityNanos(typeof value === 'string' ? value : '0') ?? 0n) < 0n
          ? [forbidden(path, 'SizeLimit field must be a valid resource quantity')]
          : [],
    }),
    hostPath: fields({
      path: must(),
      type: among(
        '',
        'BlockDevice',
        'CharDevice',
        'Directory',
        'DirectoryOrCreate',
        'File',
        'FileOrCreate',
        'Socket',
      ),
    }),
    secret: fields({ secretName: must(), ...files }),
    nfs: fields({ server: must(), path: must() }),
    persistentVolumeClaim: fields({ claimName: must() }),
    downwardAPI: all(fields({ defaultMode: mode }), podFiles),
    configMap: fields({ name: must(), ...files }),
    projected,
    csi: fields({ driver: must() }),
    ephemeral: () => [],
    image: () => [],
  },
  { missing: '', many: 'may not specify more than 1 volume type' },
);

const volumes: Rule = all(each(all(source, fields({ name: mustBeName('label') }))), distinct('name'));

/** All volumes, and that no name stands twice. */
export function volumesCauses(path: string, given: readonly JsonRecord[]): Causes {
  return volumes(path, given, {});
}
