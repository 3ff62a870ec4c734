import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { vectorsCommand } from './vectors-command.ts';

const folder = join(import.meta.dirname, '../../fixtures/hpa');
const edge = readFileSync(join(folder, 'edge.jsonl'), 'utf8');
const line = (id: string): string => edge.split('\n').find((text) => text.includes(`"id":"${id}"`)) ?? '';

function run(files: Readonly<Record<string, string>>): { code: number; lines: readonly string[] } {
  const lines: string[] = [];
  const code = vectorsCommand(Object.keys(files), {
    readText: (path) => {
      const content = files[path];
      if (content === undefined || content === 'unreadable')
        throw new Error(path === 'folder' ? 'no such file' : `no such file ${path}`);
      return content;
    },
    print: (text) => void lines.push(text),
  });
  return { code, lines };
}

describe('the command for vectors', () => {
  it('ends with the numbers, over all files', () => {
    const { code, lines } = run({ a: line('edge-cpu-up'), b: `${line('edge-bound-max')}\n` });
    expect({ code, lines }).toEqual({ code: 0, lines: ['agree 2, differ 0'] });
  });

  it('counts what it remembers better as different, says why, and does not fail', () => {
    const { code, lines } = run({ edge });
    expect(code).toBe(0);
    expect(lines).toEqual([
      'edge-window-longer-too-late step 3 desiredReplicas: expected 5, got 8 (wanted: remembers what the real one forgets)',
      '  and 2 more in this case',
      'edge-rate-forgets-early step 2 desiredReplicas: expected 6, got 2 (wanted: remembers what the real one forgets)',
      'agree 139, differ 2',
    ]);
  });

  it('shows ten cases that differ, those that are not wanted first, and fails', () => {
    const wrong = line('edge-cpu-up').replace('"failed":false', '"failed":true');
    const { code, lines } = run({ edge, wrong: Array.from({ length: 11 }, () => wrong).join('\n') });
    expect(code).toBe(1);
    expect(lines.slice(0, 10)).toEqual(
      Array.from({ length: 10 }, () => 'edge-cpu-up step 0 failed: expected true, got false'),
    );
    expect(lines.slice(10)).toEqual(['3 more cases differ', 'agree 139, differ 13']);
  });

  it('says when only an explanation differs, and lets the case agree', () => {
    const reworded = line('edge-cpu-up').replace('above target', 'over target');
    expect(run({ reworded })).toEqual({
      code: 0,
      lines: ['1 of the cases that agree differ in a field that only explains', 'agree 1, differ 0'],
    });
  });

  it('names what it cannot read', () => {
    expect(run({ gone: 'unreadable' })).toEqual({ code: 2, lines: ['cannot go on: no such file gone'] });
    expect(run({ folder: 'unreadable' }).lines).toEqual(['cannot go on: folder: no such file']);
    expect(run({ nothing: '\n' })).toEqual({ code: 2, lines: ['there is not a single case in nothing'] });
    expect(run({ bad: '[1]' })).toEqual({ code: 2, lines: ['bad:1: must be an object, got [1]'] });
    expect(run({})).toEqual({ code: 2, lines: ['usage: autoscale:vectors -- FILE...'] });
  });
});
