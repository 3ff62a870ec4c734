import { describe, expect, it } from '@jest/globals';
import { parseBody, parseYaml } from './body.ts';

const yaml = 'application/yaml; charset=utf-8';

describe('A body', () => {
  it('is JSON, or YAML if it says so', () => {
    expect(parseBody('{"a":1}', undefined)).toEqual({ a: 1 });
    expect(parseBody('a: 1', yaml)).toEqual({ a: 1 });
    expect(() => parseBody('a: 1', 'text/plain')).toThrow('unknown format');
  });

  it.each([
    ['a: [', yaml, 'yaml: '],
    ['- x', yaml, "couldn't get version/kind; json parse error: json: cannot unmarshal array into"],
    ['x', yaml, "couldn't get version/kind; json parse error: json: cannot unmarshal string into"],
    ['x', 'application/json', "couldn't get version/kind; json parse error: invalid character 'x'"],
  ])('is refused if it is no object: %s as %s', (text, contentType, why) => {
    expect(() => parseBody(text, contentType, 'ConfigMap')).toThrow(
      `the object provided is unrecognized (must be of type ConfigMap): ${why}`,
    );
  });

  it('is complained about in the words of who reads it', () => {
    expect(() => parseYaml('a: [', 'error encoding patch')).toThrow('error encoding patch: yaml: ');
  });
});
