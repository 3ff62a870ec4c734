import { describe, expect, it } from '@jest/globals';
import { createScreen, seconds } from '../../../tools/demo/screen.ts';

const clear = '\r\u001B[2K';

function screenOn(more: { readonly isTTY?: boolean; readonly columns?: number } = {}) {
  let text = '';
  const screen = createScreen({ ...more, write: (part) => (text += part) });
  return { screen, text: () => text };
}

describe('A screen on a terminal', () => {
  it('shows what goes on in one line, which makes room for lines that stay', () => {
    const { screen, text } = screenOn({ isTTY: true });
    screen.now('one');
    screen.now('two');
    screen.say('stays');
    screen.say('stays too');
    expect(text()).toBe(`one${clear}two${clear}stays\nstays too\n`);
  });

  it('writes nothing if nothing has changed, and clears what is over', () => {
    const { screen, text } = screenOn({ isTTY: true });
    screen.now('one');
    screen.now('one');
    screen.now('');
    screen.now('');
    expect(text()).toBe(`one${clear}`);
  });

  it('never takes more than one line', () => {
    const { screen, text } = screenOn({ isTTY: true, columns: 10 });
    screen.now('one\n  two three');
    expect(text()).toBe('one two …');
  });
});

describe('A screen in a file', () => {
  it('has a line for each change, and no control characters', () => {
    const { screen, text } = screenOn();
    screen.now('one');
    screen.now('one');
    screen.say('stays');
    screen.now('');
    screen.now('two');
    expect(text()).toBe('    one\nstays\n    two\n');
  });
});

it('seconds have one digit after the point', () => {
  expect([0, 49, 1250, 61_000].map(seconds)).toEqual(['0.0 s', '0.0 s', '1.3 s', '61.0 s']);
});
