// Random scenes: a few objects of a few kinds, and many who change them.
import {
  apply,
  del,
  edited,
  type Fields,
  get,
  type Json,
  patch,
  type PatchType,
  post,
  put,
  type Scene,
  type Step,
  watch,
  withQuery,
} from '../scene.ts';
import { Chance } from './chance.ts';
import { generatedKinds, type Kind } from './kinds.ts';

const stepsPerScene = 25;
const names: readonly [string, ...string[]] = ['a', 'b', 'c'];
const managers: readonly [string, ...string[]] = ['one', 'two', 'three'];
const finalizer = 'example.com/held';
const otherUid = '11111111-2222-3333-4444-555555555555';
const asTable = 'application/json;as=Table;v=v1;g=meta.k8s.io';
const asMetadata = 'application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io';
const asMetadataList = 'application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io';

/** `count` interactions of a seed. The same seed gives the same ones, and more of them begin with the same. */
export function* generate(seed: number, count: number): Generator<Scene> {
  for (let index = 0, left = count; left > 0; index++) {
    const scene = generateScene(seed, index);
    const steps = scene.steps.slice(0, left);
    left -= steps.length;
    yield { ...scene, steps };
  }
}

function generateScene(seed: number, index: number): Scene {
  const sceneSeed = (Math.imul(seed, 0x9e37_79b1) + index) >>> 0;
  const writer = new Writer(new Chance(sceneSeed));
  return {
    name: `seed ${seed}, scene ${index}`,
    steps: Array.from({ length: stepsPerScene }, () => writer.next()),
  };
}

/** An object that may or may not be there. */
interface Subject {
  readonly kind: Kind;
  readonly name: string;
  /** What the newest good answer about it is called; those before have `~1` and `~2` behind it. */
  readonly key: string;
  touched: boolean;
}

/** Makes up one step after the other. */
class Writer {
  readonly #chance: Chance;
  readonly #subjects: readonly [Subject, ...Subject[]];
  readonly #kinds: readonly [Kind, ...Kind[]];
  /** Steps that were pages of a list. */
  readonly #pages: { readonly step: string; readonly path: string }[] = [];
  #steps = 0;

  constructor(chance: Chance) {
    this.#chance = chance;
    const first = chance.pick(generatedKinds);
    this.#kinds = [first, chance.pick(generatedKinds)];
    const subject = (kind: Kind, name: string): Subject => ({
      kind,
      name,
      key: `${kind.kind}-${name}`,
      touched: false,
    });
    this.#subjects = [
      subject(first, 'a'),
      ...this.#kinds.flatMap((kind) => names.slice(0, 2).map((name) => subject(kind, name))),
    ];
  }

  next(): Step {
    const chance = this.#chance;
    const subject = chance.pick(this.#subjects);
    const unseen = !subject.touched;
    const step = chance.weighted<() => Step>([
      [unseen ? 40 : 3, () => this.#create(subject)],
      [unseen ? 10 : 12, () => this.#apply(subject)],
      [unseen ? 1 : 12, () => this.#update(subject)],
      [unseen ? 1 : 14, () => this.#patch(subject)],
      [unseen ? 1 : 7, () => this.#delete(subject)],
      [unseen ? 1 : 6, () => this.#status(subject)],
      [unseen ? 1 : 5, () => this.#scale(subject)],
      [4, () => this.#read(subject)],
      [6, () => this.#list(subject.kind)],
      [unseen ? 1 : 4, () => this.#watch(subject)],
      [1, () => this.#deleteCollection(subject.kind)],
    ]);
    subject.touched = true;
    return step();
  }

  #create({ kind, name, key }: Subject): Step {
    const chance = this.#chance;
    const metadata = {
      ...(chance.of(0.15) ? { generateName: `some-${this.#steps++}-` } : { name }),
      ...this.#metadata(),
    };
    const body = this.#object(kind, metadata, this.#maybeBad(kind, kind.fields(chance)));
    return post(this.#withWriteQuery(kind.path), body, { as: key });
  }

  #update(subject: Subject): Step {
    const { kind, key } = subject;
    const chance = this.#chance;
    const from = chance.of(0.2) ? `${key}~1` : key;
    const change = {
      ...this.#maybeBad(kind, chance.of(0.15) ? {} : kind.edit(chance)),
      ...this.#metadataEdit(),
    };
    const edit: Json = chance.of(0.1) ? { ...change, metadata: { resourceVersion: null } } : change;
    return put(this.#withWriteQuery(this.#pathOf(subject)), edited(from, edit), { as: key });
  }

  #patch(subject: Subject): Step {
    const { kind, key } = subject;
    const chance = this.#chance;
    const type = chance.weighted<PatchType>([
      [4, 'merge-patch'],
      [3, 'json-patch'],
      [kind.custom === true ? 0.3 : 3, 'strategic-merge-patch'],
    ]);
    const change = { ...this.#maybeBad(kind, kind.edit(chance)), ...this.#metadataEdit() };
    const body = type === 'json-patch' ? this.#operations(subject) : change;
    return patch(type, this.#withWriteQuery(this.#pathOf(subject)), body, { as: key });
  }

  #operations({ key }: Subject): Json {
    const chance = this.#chance;
    const label = chance.pick(['x', 'y']);
    const some = chance.pick<Json>([
      { op: 'add', path: '/metadata/labels', value: { x: label } },
      { op: 'replace', path: '/metadata/labels/x', value: label },
      { op: 'remove', path: '/metadata/labels/x' },
      { op: 'test', path: '/metadata/labels/x', value: label },
      { op: 'test', path: '/metadata/resourceVersion', value: `«${key}/metadata/resourceVersion»` },
      { op: 'add', path: '/metadata/annotations', value: { n: label } },
      { op: 'add', path: '/metadata/finalizers', value: [finalizer] },
      { op: 'remove', path: '/metadata/finalizers' },
      { op: 'copy', from: '/metadata/name', path: '/metadata/annotations/copied' },
      { op: 'add', path: '/data/j', value: label },
      { op: 'remove', path: '/data/j' },
      { op: 'replace', path: '/spec/replicas', value: chance.below(4) },
      { op: 'add', path: '/spec/tags/-', value: label },
      { op: 'remove', path: '/spec/ports/0' },
      { op: 'replace', path: '/metadata/name', value: 'other' },
      { op: 'nonsense', path: '/x' },
    ]);
    const second: readonly Json[] = chance.of(0.3)
      ? [{ op: 'add', path: '/metadata/labels', value: { z: label } }]
      : [];
    return chance.of(0.5) ? [some, ...second] : [...second, some];
  }

  #apply(subject: Subject): Step {
    const { kind, name, key } = subject;
    const chance = this.#chance;
    const fields = chance.of(0.3) ? kind.fields(chance) : kind.part(chance);
    const body = this.#object(kind, { name, ...this.#metadata(0.1) }, this.#maybeBad(kind, fields));
    const how = [
      ...(chance.of(0.4) ? ['force=true'] : []),
      ...(chance.of(0.07) ? ['dryRun=All'] : []),
      ...this.#validation(),
    ].join('&');
    return apply(this.#pathOf(subject), chance.pick(managers), body, how, { as: key });
  }

  #delete(subject: Subject): Step {
    const chance = this.#chance;
    const { key } = subject;
    const options = chance.weighted<Json | undefined>([
      [5, undefined],
      [1, { preconditions: { uid: `«${key}/metadata/uid»` } }],
      [1, { preconditions: { uid: otherUid } }],
      [1, { preconditions: { resourceVersion: `«${key}/metadata/resourceVersion»` } }],
      [1, { propagationPolicy: 'Foreground' }],
      [1, { propagationPolicy: 'Orphan' }],
      [1, { propagationPolicy: 'Background' }],
      [1, { gracePeriodSeconds: chance.pick([0, 1, 10]) }],
      [1, { dryRun: ['All'] }],
      [0.5, { propagationPolicy: 'Nonsense' }],
    ]);
    return del(this.#pathOf(subject), options, { as: key });
  }

  #status(subject: Subject): Step {
    const { kind, name, key } = subject;
    const chance = this.#chance;
    const path = `${this.#pathOf(subject)}/status`;
    const status: Json = kind.status?.(chance) ?? {};
    const as = { as: key };
    return chance.weighted<Step>([
      [3, patch('merge-patch', this.#withWriteQuery(path), { status }, as)],
      [
        3,
        put(
          path,
          edited(chance.of(0.3) ? `${key}~1` : key, { status, metadata: { labels: { by: 'status' } } }),
          as,
        ),
      ],
      [
        3,
        apply(
          path,
          chance.pick(managers),
          this.#object(kind, { name }, { status }),
          chance.of(0.5) ? 'force=true' : '',
          as,
        ),
      ],
      [1, patch('merge-patch', path, { ...kind.edit(chance), status }, as)],
      [1, get(path, as)],
      [1, patch('merge-patch', path, { status: { conditions: 'x' } }, as)],
    ]);
  }

  #scale(subject: Subject): Step {
    const chance = this.#chance;
    const path = `${this.#pathOf(subject)}/scale`;
    if (subject.kind.scale !== true) return chance.of(0.2) ? get(path) : this.#read(subject);
    const replicas = chance.pick<Json>([0, 1, 2, 3, -1, 'x']);
    const scale = this.#object(
      { apiVersion: 'autoscaling/v1', kind: 'Scale' },
      { name: subject.name },
      { spec: { replicas } },
    );
    return chance.weighted<Step>([
      [2, get(path)],
      [2, patch('merge-patch', path, { spec: { replicas } })],
      [1, put(path, scale)],
      [1, apply(path, chance.pick(managers), scale, chance.of(0.5) ? 'force=true' : '')],
    ]);
  }

  #read(subject: Subject): Step {
    const chance = this.#chance;
    const headers = chance.of(0.2)
      ? { headers: { accept: chance.pick([asTable, asMetadata]) } }
      : { as: subject.key };
    return get(this.#pathOf(subject), headers);
  }

  #list({ path, fieldSelectors }: Kind): Step {
    const chance = this.#chance;
    const page = chance.pickAny(this.#pages);
    if (page !== undefined && chance.of(0.5)) {
      return get(withQuery(page.path, `limit=1&continue=«${page.step}/metadata/continue»`), {
        as: this.#named(),
      });
    }
    const selector = chance.weighted<string>([
      [4, ''],
      [
        2,
        `labelSelector=${encodeURIComponent(chance.pick(['x', 'x=y', 'x!=y', '!x', 'x in (x,y)', 'x in', 'by=status']))}`,
      ],
      [
        2,
        `fieldSelector=${encodeURIComponent(chance.pick(fieldSelectors)).replaceAll('%7B', '{').replaceAll('%7D', '}')}`,
      ],
    ]);
    const selected = selector === '' ? path : withQuery(path, selector);
    if (chance.of(0.3)) {
      const step = this.#named();
      this.#pages.push({ step, path: selected });
      return get(withQuery(selected, 'limit=1'), { as: step });
    }
    const accept = chance.of(0.3) ? { headers: { accept: chance.pick([asTable, asMetadataList]) } } : {};
    return get(selected, { ...accept, as: this.#named() });
  }

  #watch(subject: Subject): Step {
    const chance = this.#chance;
    const since = `${subject.key}${chance.pick(['', '~1', '~2'])}`;
    const { path, fieldSelectors } = subject.kind;
    const selected = chance.weighted<string>([
      [3, path],
      [1, withQuery(path, 'labelSelector=x%3Dy')],
      [
        1,
        withQuery(
          path,
          `fieldSelector=${encodeURIComponent(chance.pick(fieldSelectors)).replaceAll('%7B', '{').replaceAll('%7D', '}')}`,
        ),
      ],
    ]);
    const from = chance.weighted<string>([
      [4, `resourceVersion=«${since}/metadata/resourceVersion»`],
      [1, 'sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true'],
      [1, ''],
    ]);
    const accept = chance.of(0.15) ? { headers: { accept: chance.pick([asTable, asMetadata]) } } : {};
    return watch(from === '' ? selected : withQuery(selected, from), accept);
  }

  #deleteCollection({ path, kind }: Kind): Step {
    if (kind === 'ServiceAccount') return get(path);
    return del(this.#chance.of(0.5) ? `${path}?labelSelector=x` : path);
  }

  #object({ apiVersion, kind }: Pick<Kind, 'apiVersion' | 'kind'>, metadata: Fields, fields: Fields): Fields {
    return { apiVersion, kind, metadata, ...fields };
  }

  #metadata(share = 0.25): Fields {
    const chance = this.#chance;
    return {
      ...(chance.of(share) ? { labels: { x: chance.pick(['x', 'y', 'not a value!']) } } : {}),
      ...(chance.of(share / 2) ? { annotations: { n: chance.pick(['1', '2']) } } : {}),
      ...(chance.of(share / 2) ? { finalizers: [finalizer] } : {}),
      ...(chance.of(share / 5)
        ? { ownerReferences: [{ apiVersion: 'v1', kind: 'ConfigMap', name: 'owner', uid: otherUid }] }
        : {}),
    };
  }

  #metadataEdit(): Fields {
    const chance = this.#chance;
    if (!chance.of(0.3)) return {};
    return {
      metadata: chance.pick<Json>([
        { labels: { x: chance.pick(['x', 'y']) } },
        { labels: { x: null } },
        { annotations: { n: chance.pick(['1', '2', '3']) } },
        { finalizers: null },
        { finalizers: [finalizer] },
        { managedFields: null },
        { uid: otherUid },
        { generation: 5 },
      ]),
    };
  }

  #maybeBad(kind: Kind, fields: Fields): Fields {
    if (!this.#chance.of(0.12)) return fields;
    const bad = this.#chance.pick(kind.bad);
    return Object.fromEntries(
      [...Object.keys(fields), ...Object.keys(bad)].map((key) => [key, merged(fields[key], bad[key])]),
    );
  }

  #withWriteQuery(path: string): string {
    const chance = this.#chance;
    const query = [
      ...(chance.of(0.05) ? ['dryRun=All'] : []),
      ...(chance.of(0.3) ? [`fieldManager=${chance.pick(managers)}`] : []),
      ...this.#validation(),
    ];
    return query.length === 0 ? path : withQuery(path, query.join('&'));
  }

  #validation(): readonly string[] {
    return this.#chance.of(0.3) ? [`fieldValidation=${this.#chance.pick(['Strict', 'Warn', 'Ignore'])}`] : [];
  }

  #pathOf({ kind, name }: Subject): string {
    return `${kind.path}/${name}`;
  }

  #named(): string {
    return `s${this.#steps++}`;
  }
}

function merged(value: Json | undefined, over: Json | undefined): Json {
  if (over === undefined) return value ?? null;
  const mergeable = isObject(value) && isObject(over);
  return mergeable ? { ...value, ...over } : over;
}

function isObject(value: Json | undefined): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
