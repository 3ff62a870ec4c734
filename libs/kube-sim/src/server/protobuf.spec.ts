import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { ProtobufReader } from './protobuf.ts';

/** What the real server said of an object in either way, without empty fields and, of the JSON, managed fields. */
interface Recorded {
  readonly protobuf: string;
  readonly json: { readonly kind: string };
}

const recorded = JSON.parse(
  readFileSync(join(import.meta.dirname, 'protobuf.recorded.json'), 'utf8'),
) as readonly Recorded[];
const reader = new ProtobufReader();

/** A field of text or of a message. */
function field(number: number, content: string | Buffer): Buffer {
  const bytes = Buffer.from(content);
  return Buffer.concat([Buffer.of((number << 3) | 2, bytes.length), bytes]);
}

function body(apiVersion: string, kind: string, raw: Buffer): Buffer {
  const type = Buffer.concat([field(1, apiVersion), field(2, kind)]);
  return Buffer.concat([Buffer.from('k8s\0'), field(1, type), field(2, raw)]);
}

describe('A body in protobuf', () => {
  it.each(recorded.map(({ protobuf, json }) => [json.kind, protobuf, json] as const))(
    'of a %s is read as the JSON that the real server makes of it',
    (_kind, protobuf, json) => {
      const read: unknown = JSON.parse(reader.json(Buffer.from(protobuf, 'base64')) ?? '');
      expect(withoutEmpty(read)).toEqual(json);
    },
  );

  it('of options for a deletion is read whatever group it claims, with a zero that is meant', () => {
    const options = Buffer.concat([Buffer.of(0x08, 0x00), field(2, field(1, 'u')), field(5, 'All')]);
    expect(JSON.parse(reader.json(body('apps/v1', 'DeleteOptions', options)) ?? '')).toEqual({
      apiVersion: 'apps/v1',
      kind: 'DeleteOptions',
      gracePeriodSeconds: 0,
      preconditions: { uid: 'u' },
      dryRun: ['All'],
    });
  });

  it.each([
    ['is none', Buffer.from('{}')],
    ['breaks off', body('v1', 'Pod', field(1, 'x')).subarray(0, -1)],
    ['is of a kind that is not known', body('v1', 'Thing', Buffer.of())],
    ['has a number without an end', body('v1', 'Pod', Buffer.alloc(20, 0xff))],
  ])('that %s is not read', (_what, bytes) => {
    expect(reader.json(bytes)).toBeUndefined();
  });
});

function withoutEmpty(value: unknown, isTop = true): unknown {
  if (Array.isArray(value)) return value.map((item) => withoutEmpty(item));
  if (typeof value !== 'object' || value === null) return value;
  const kept = Object.entries(value)
    .map(([key, inner]) => [key, withoutEmpty(inner, false)] as const)
    .filter(([key, inner]) => inner !== undefined && key !== 'managedFields');
  return kept.length === 0 && !isTop ? undefined : Object.fromEntries(kept);
}
