// The API server with the example's CRD, and what a test does and sees there.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import type { Start } from '../../controlplane/src/describe.ts';
import type { ControlPlane, PolicyRule } from '../../controlplane/src/index.ts';
import { eventually } from './eventually.spec-helper.ts';

const example = join(import.meta.dirname, '../../../examples/tiny-operator');

export interface Widget {
  readonly metadata: {
    readonly name: string;
    readonly uid: string;
    readonly generation: number;
    readonly finalizers?: readonly string[];
  };
  readonly spec: { readonly message: string };
  readonly status?: {
    readonly observedGeneration: number;
    readonly conditions: readonly {
      readonly type: string;
      readonly status: string;
      readonly reason: string;
      readonly message: string;
    }[];
  };
}

export interface Holder {
  readonly metadata: { readonly name: string; readonly uid: string; readonly resourceVersion: string };
  readonly data?: Readonly<Record<string, string>>;
}

/** What the shipped role allows. */
export function shippedRules(): readonly PolicyRule[] {
  const [role] = parseAllDocuments(readFileSync(join(example, 'rbac.yaml'), 'utf8'));
  return (role?.toJS() as { readonly rules: readonly PolicyRule[] }).rules;
}

export class Stage {
  readonly controlPlane: ControlPlane;

  constructor(controlPlane: ControlPlane) {
    this.controlPlane = controlPlane;
  }

  /** Starts a control plane on which these users may do what the shipped role allows. */
  static async open(
    start: Start,
    users: readonly string[],
    options: { readonly crd: boolean } = { crd: true },
  ): Promise<Stage> {
    const controlPlane = await start({ tokenUsers: users.map((userName) => ({ userName })) });
    const stage = new Stage(controlPlane);
    if (options.crd) await stage.installCrd();
    for (const user of users) await controlPlane.grant(user, `tiny-operator-${user}`, shippedRules());
    return stage;
  }

  async installCrd(): Promise<void> {
    await this.controlPlane.kubectl(['apply', '--server-side', '-f', join(example, 'crd.yaml')]);
    await this.controlPlane.kubectl(['wait', '--for=condition=Established', 'crd/widgets.tiny.example.com']);
  }

  async create(namespace: string, name: string, message: string): Promise<Widget> {
    const body = { apiVersion: 'tiny.example.com/v1', kind: 'Widget', metadata: { name }, spec: { message } };
    return (await this.controlPlane.callOk({
      method: 'POST',
      path: path(namespace, 'widgets'),
      body,
    })) as Widget;
  }

  async edit(namespace: string, name: string, message: string): Promise<void> {
    await this.controlPlane.kubectl([
      'patch',
      'widget',
      name,
      '-n',
      namespace,
      '--type=merge',
      '-p',
      JSON.stringify({ spec: { message } }),
    ]);
  }

  async remove(namespace: string, kind: 'widgets' | 'configmaps' | 'secrets', name: string): Promise<void> {
    await this.controlPlane.callOk({ method: 'DELETE', path: path(namespace, kind, name) });
  }

  async find<T>(
    namespace: string,
    kind: 'widgets' | 'configmaps' | 'secrets',
    name: string,
  ): Promise<T | undefined> {
    const answer = await this.controlPlane.call({ method: 'GET', path: path(namespace, kind, name) });
    if (answer.status === 404) return undefined;
    return answer.body as T;
  }

  async list(namespace: string, kind: 'widgets' | 'configmaps' | 'secrets'): Promise<readonly Holder[]> {
    const list = await this.controlPlane.callOk({ method: 'GET', path: path(namespace, kind) });
    return (list as { readonly items: readonly Holder[] }).items;
  }

  /** Waits until a Widget is reported as done and the ConfigMap says what it says. */
  settled(
    namespace: string,
    name: string,
    message: string,
  ): Promise<{ readonly widget: Widget; readonly configMap: Holder; readonly secret: Holder }> {
    return eventually(async () => {
      const widget = await this.find<Widget>(namespace, 'widgets', name);
      const configMap = await this.find<Holder>(namespace, 'configmaps', name);
      const secret = await this.find<Holder>(namespace, 'secrets', name);
      const ready = widget?.status?.conditions.find(({ type }) => type === 'Ready');
      if (
        widget === undefined ||
        configMap === undefined ||
        secret === undefined ||
        ready?.status !== 'True' ||
        widget.status?.observedGeneration !== widget.metadata.generation ||
        configMap.data?.['message'] !== message
      ) {
        throw new Error(`not settled yet: ${JSON.stringify({ widget, configMap, secret })}`);
      }
      return { widget, configMap, secret };
    });
  }

  /** Waits until a Widget and its Secret are gone. */
  gone(namespace: string, name: string): Promise<void> {
    return eventually(async () => {
      const left = [await this.find(namespace, 'widgets', name), await this.find(namespace, 'secrets', name)];
      if (left.some((object) => object !== undefined))
        throw new Error(`not gone yet: ${JSON.stringify(left)}`);
    });
  }
}

function path(namespace: string, kind: 'widgets' | 'configmaps' | 'secrets', name?: string): string {
  const base = kind === 'widgets' ? '/apis/tiny.example.com/v1' : '/api/v1';
  return `${base}/namespaces/${namespace}/${kind}${name === undefined ? '' : `/${name}`}`;
}
