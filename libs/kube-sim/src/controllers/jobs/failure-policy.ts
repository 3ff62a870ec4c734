// What the failure of a pod means for its Job, as the Job says (KEP-3329).
import type { SimObject } from '../../api/object.ts';
import type { Condition } from '../pods.ts';

export interface FailurePolicy {
  readonly rules: readonly {
    readonly action: 'Ignore' | 'FailIndex' | 'Count' | 'FailJob';
    readonly onExitCodes?: {
      readonly containerName?: string;
      readonly operator: 'In' | 'NotIn';
      readonly values: readonly number[];
    };
    readonly onPodConditions?: readonly { readonly type: string; readonly status: string }[];
  }[];
}

export interface Verdict {
  /** Undefined if no rule applies. */
  readonly action: 'Ignore' | 'FailIndex' | 'Count' | 'FailJob' | undefined;
  readonly counts: boolean;
  /** Why the whole Job fails. */
  readonly message?: string;
}

interface ContainerStatus {
  readonly name: string;
  readonly state?: { readonly terminated?: { readonly exitCode: number } };
}

/** The first rule that applies to a failed pod decides. */
export function judge(policy: FailurePolicy | undefined, pod: SimObject): Verdict {
  const { namespace = '', name } = pod.metadata;
  const status = (pod['status'] ?? {}) as {
    readonly conditions?: readonly Condition[];
    readonly containerStatuses?: readonly ContainerStatus[];
    readonly initContainerStatuses?: readonly ContainerStatus[];
  };
  const containers = [...(status.containerStatuses ?? []), ...(status.initContainerStatuses ?? [])];
  for (const [index, { action, onExitCodes, onPodConditions }] of (policy?.rules ?? []).entries()) {
    let what: string | undefined;
    if (onExitCodes !== undefined) {
      const { containerName, operator, values } = onExitCodes;
      const found = containers.find((container) => {
        const code = container.state?.terminated?.exitCode ?? 0;
        if (code === 0 || (containerName !== undefined && containerName !== container.name)) return false;
        return values.includes(code) === (operator === 'In');
      });
      const code = found?.state?.terminated?.exitCode;
      if (found !== undefined)
        what = `Container ${found.name} for pod ${namespace}/${name} failed with exit code ${code ?? 0}`;
    } else {
      const found = status.conditions?.find((condition) =>
        onPodConditions?.some(({ type, status }) => type === condition.type && status === condition.status),
      );
      if (found !== undefined) what = `Pod ${namespace}/${name} has condition ${found.type}`;
    }
    if (what === undefined) continue;
    const message = `${what} matching ${action} rule at index ${index}`;
    return { action, counts: action !== 'Ignore', ...(action === 'FailJob' ? { message } : {}) };
  }
  return { action: undefined, counts: true };
}
