import { describe, expect, it } from '@jest/globals';
import { isKubeError, type KubeErrorReason } from '../core/errors.ts';
import { added, bookmark, errorEvent, pod } from './pods.spec-helper.ts';
import { parseWatchEvent } from './watch-event.ts';

const parse = (event: object | string): unknown =>
  parseWatchEvent(
    new TextEncoder().encode(typeof event === 'string' ? event : JSON.stringify(event)),
    'GET /x',
  );

describe('parseWatchEvent', () => {
  it('understands changes and bookmarks, whatever else they carry', () => {
    expect(parse({ ...added(pod('a', 5)), future: 1 })).toEqual({ type: 'ADDED', object: pod('a', 5) });
    expect(parse(bookmark(7))).toEqual({ type: 'BOOKMARK', resourceVersion: '7', endsSnapshot: false });
    expect(parse(bookmark(7, true))).toEqual({ type: 'BOOKMARK', resourceVersion: '7', endsSnapshot: true });
  });

  it.each<[string, object | string, KubeErrorReason]>([
    ['410', errorEvent(410, 'Expired'), 'Gone'],
    ['500', errorEvent(500, 'InternalError'), 'ServerError'],
    [
      'too large',
      errorEvent(504, 'Timeout', { causes: [{ reason: 'ResourceVersionTooLarge' }] }),
      'TooLargeResourceVersion',
    ],
    ['429', errorEvent(429, 'TooManyRequests', { retryAfterSeconds: 3 }), 'TooManyRequests'],
    ['an ERROR without a Status', { type: 'ERROR' }, 'ServerError'],
    ['half a line', '{"type":"ADDED","obj', 'MalformedResponse'],
    ['HTML', '<html>', 'MalformedResponse'],
    ['a number', '5', 'MalformedResponse'],
    ['an unknown type', { type: 'RENAMED', object: pod('a', 5) }, 'MalformedResponse'],
    [
      'an object without a version',
      { type: 'ADDED', object: { metadata: { name: 'a', uid: 'u' } } },
      'MalformedResponse',
    ],
    [
      'an object without a uid',
      { type: 'ADDED', object: { metadata: { name: 'a', resourceVersion: '1' } } },
      'MalformedResponse',
    ],
    ['no object', { type: 'ADDED', object: null }, 'MalformedResponse'],
    ['a bookmark without a version', { type: 'BOOKMARK', object: { metadata: {} } }, 'MalformedResponse'],
  ])('throws for %s', (_, event, reason) => {
    let thrown: unknown;
    try {
      parse(event);
    } catch (error) {
      thrown = error;
    }
    expect(isKubeError(thrown, reason)).toBe(true);
  });
});
