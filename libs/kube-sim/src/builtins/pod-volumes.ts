// Validation of the volumes of a pod.
import type { FieldCause } from '../api/failure.ts';
import { duplicate, forbidden, invalidValue, notSupported, required } from '../schema/causes.ts';
import type { JsonRecord } from '../schema/json.ts';
import { type Causes, oneOf, present, relativePath, repeated, requiredName } from './checks.ts';
import { numberAt, recordAt, recordsAt, textAt } from './fields.ts';
import { quantityNanos } from './quantity.ts';

const hostPathTypes = [
  '',
  'BlockDevice',
  'CharDevice',
  'Directory',
  'DirectoryOrCreate',
  'File',
  'FileOrCreate',
  'Socket',
];
const podFields = ['annotations', 'labels', 'name', 'namespace', 'uid'].map((name) => `metadata.${name}`);

/** All volumes, and that no name stands twice. */
export function volumesCauses(path: string, volumes: readonly JsonRecord[]): Causes {
  const twice = repeated(volumes, (volume) => textAt(volume, 'name'));
  return [
    ...volumes.flatMap((volume, index) => volumeCauses(`${path}[${index}]`, volume)),
    ...twice.map(([volume, index]) => duplicate(`${path}[${index}].name`, volume['name'])),
  ];
}

function volumeCauses(path: string, volume: JsonRecord): Causes {
  const [first = '', ...further] = sourceOrder.filter((kind) => volume[kind] !== undefined);
  return [
    ...(sources[first]?.(`${path}.${first}`, recordAt(volume, first)) ?? []),
    ...further.map((kind) => forbidden(`${path}.${kind}`, 'may not specify more than 1 volume type')),
    ...requiredName(`${path}.name`, textAt(volume, 'name'), 'label'),
  ];
}

const sources: Readonly<Record<string, (path: string, source: JsonRecord) => Causes>> = {
  emptyDir: (path, source) =>
    (quantityNanos(textAt(source, 'sizeLimit') || '0') ?? 0n) < 0n
      ? [forbidden(`${path}.sizeLimit`, 'SizeLimit field must be a valid resource quantity')]
      : [],
  hostPath: (path, source) => [
    ...present(`${path}.path`, source['path']),
    ...oneOf(`${path}.type`, source['type'], hostPathTypes),
  ],
  secret: (path, source) => [
    ...present(`${path}.secretName`, source['secretName']),
    ...filesCauses(path, source),
  ],
  persistentVolumeClaim: (path, source) => present(`${path}.claimName`, source['claimName']),
  configMap: (path, source) => [...present(`${path}.name`, source['name']), ...filesCauses(path, source)],
  downwardAPI: (path, source) => [
    ...modeCauses(`${path}.defaultMode`, source),
    ...recordsAt(source, 'items').flatMap((file) => podFieldCauses(path, file)),
  ],
  projected: projectedCauses,
  csi: (path, source) => present(`${path}.driver`, source['driver']),
  nfs: (path, source) => ['server', 'path'].flatMap((field) => present(`${path}.${field}`, source[field])),
};

const sourceOrder = [...Object.keys(sources), 'ephemeral', 'image', 'iscsi', 'cephfs', 'fc'];

function projectedCauses(path: string, source: JsonRecord): Causes {
  const causes: FieldCause[] = [...modeCauses(`${path}.defaultMode`, source)];
  const paths = new Set<string>();
  recordsAt(source, 'sources').forEach((projection, index) => {
    const at = `${path}.sources[${index}]`;
    for (const kind of ['secret', 'configMap', 'downwardAPI'] as const) {
      const projected = recordAt(projection, kind);
      if (projection[kind] === undefined) continue;
      if (kind === 'downwardAPI')
        causes.push(
          ...recordsAt(projected, 'items').flatMap((file) => podFieldCauses(`${at}.${kind}`, file)),
        );
      else
        causes.push(
          ...present(`${at}.${kind}.name`, projected['name']),
          ...filesCauses(`${at}.${kind}`, projected),
        );
      for (const item of recordsAt(projected, 'items')) {
        const file = textAt(item, 'path');
        if (file !== '' && paths.has(file))
          causes.push(invalidValue(path, projected['name'] ?? file, 'conflicting duplicate paths'));
        paths.add(file);
      }
    }
    const token = projection['serviceAccountToken'];
    if (token === undefined) return;
    const seconds = numberAt(projection, 'serviceAccountToken', 'expirationSeconds');
    const tokenPath = `${at}.serviceAccountToken`;
    if (seconds < 600) {
      const detail = 'may not specify a duration less than 10 minutes';
      causes.push(invalidValue(`${tokenPath}.expirationSeconds`, seconds, detail));
    }
    causes.push(...present(`${tokenPath}.path`, textAt(projection, 'serviceAccountToken', 'path')));
  });
  return causes;
}

function filesCauses(path: string, source: JsonRecord): Causes {
  return [
    ...modeCauses(`${path}.defaultMode`, source),
    ...recordsAt(source, 'items').flatMap((item, index) => {
      const at = `${path}.items[${index}]`;
      const file = textAt(item, 'path');
      return [
        ...present(`${at}.key`, item['key']),
        ...(file === '' ? [required(`${at}.path`)] : relativePath(`${at}.path`, file)),
      ];
    }),
  ];
}

function modeCauses(path: string, source: JsonRecord): Causes {
  const mode = source['defaultMode'];
  return typeof mode === 'number' && (mode < 0 || mode > 0o777)
    ? [invalidValue(path, mode, 'must be a number between 0 and 0777 (octal), both inclusive')]
    : [];
}

function podFieldCauses(path: string, file: JsonRecord): Causes {
  const fieldPath = textAt(file, 'fieldRef', 'fieldPath');
  const isSubscript = /^metadata\.(?:annotations|labels)\['.+'\]$/.test(fieldPath);
  if (file['fieldRef'] === undefined)
    return file['resourceFieldRef'] === undefined
      ? [required(path, 'one of fieldRef and resourceFieldRef is required')]
      : [];
  return isSubscript || podFields.includes(fieldPath)
    ? []
    : [notSupported(`${path}.fieldRef.fieldPath`, fieldPath, podFields)];
}
