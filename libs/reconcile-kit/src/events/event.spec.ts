import { describe, expect, it } from '@jest/globals';
import { seededRng } from '@neo4j-operator/clock';
import fc from 'fast-check';
import { cutNote, eventName, eventNamespace, referenceTo, seriesOf } from './event.ts';

const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p', namespace: 'ns', uid: 'u' } };

describe('an Event', () => {
  it('lives with its object, or in default', () => {
    expect(eventNamespace(pod)).toBe('ns');
    expect(eventNamespace({ ...pod, metadata: { name: 'node' } })).toBe('default');
  });

  it('refers to its object by what is known of it', () => {
    expect(referenceTo(pod)).toEqual({ apiVersion: 'v1', kind: 'Pod', name: 'p', namespace: 'ns', uid: 'u' });
  });

  it('has a name of its own that the API accepts, however long the name of the object is', () => {
    const rng = seededRng(1);
    const names = ['p', 'a'.repeat(253), `${'a'.repeat(235)}.${'b'.repeat(17)}`].map((name) =>
      eventName(name, rng),
    );
    for (const name of names) {
      expect(name.length).toBeLessThanOrEqual(253);
      expect(name).toMatch(/^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/);
    }
    expect(names[0]).toMatch(/^p\.[0-9a-f]{16}$/);
    expect(eventName('p', rng)).not.toBe(names[0]);
  });

  it('has a series from the second time on', () => {
    expect(seriesOf(1, 0)).toBeUndefined();
    expect(seriesOf(2, 0)).toEqual({ count: 2, lastObservedTime: '1970-01-01T00:00:00.000000Z' });
  });
});

describe('a note', () => {
  it('is cut to 1,024 bytes between characters, and otherwise kept', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 1500, size: 'max' }), (note) => {
        const cut = cutNote(note);
        const bytes = new TextEncoder().encode(cut);
        expect(bytes.length).toBeLessThanOrEqual(1024);
        expect(new TextDecoder().decode(bytes)).toBe(cut);
        expect(note.startsWith(cut)).toBe(true);
        if (cut !== note) expect(bytes.length).toBeGreaterThan(1024 - 4);
      }),
    );
  });
});
