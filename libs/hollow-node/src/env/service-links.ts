import type { Service } from '../kubelet/resources.ts';

/** The variables by which a container finds a service without DNS; none for a headless one. */
export function serviceVariables(service: Service): Readonly<Record<string, string>> {
  const { clusterIP: ip, ports = [] } = service.spec ?? {};
  const [first] = ports;
  if (ip === undefined || ip === '' || ip === 'None' || first === undefined) return {};
  const name = variable(service.metadata.name);
  const variables: Record<string, string> = {
    [`${name}_SERVICE_HOST`]: ip,
    [`${name}_SERVICE_PORT`]: String(first.port),
    [`${name}_PORT`]: url(ip, first),
  };
  for (const port of ports) {
    const protocol = port.protocol ?? 'TCP';
    const prefix = `${name}_PORT_${String(port.port)}_${protocol}`;
    if (port.name !== undefined && port.name !== '') {
      variables[`${name}_SERVICE_PORT_${variable(port.name)}`] = String(port.port);
    }
    variables[prefix] = url(ip, port);
    variables[`${prefix}_PROTO`] = protocol.toLowerCase();
    variables[`${prefix}_PORT`] = String(port.port);
    variables[`${prefix}_ADDR`] = ip;
  }
  return variables;
}

function url(ip: string, port: { readonly port: number; readonly protocol?: string }): string {
  return `${(port.protocol ?? 'TCP').toLowerCase()}://${ip.includes(':') ? `[${ip}]` : ip}:${String(port.port)}`;
}

function variable(name: string): string {
  return name.toUpperCase().replaceAll('-', '_');
}
