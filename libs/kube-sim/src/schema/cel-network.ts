// url(), ip() and cidr() of rules.
import type { Environment } from '@marcbachmann/cel-js';
import { registerNamespace } from './cel-types.ts';
import { isCidr, isIpv4, isIpv6 } from './formats.ts';

class Ip {
  readonly family: 4 | 6;
  readonly bits: bigint;
  constructor(family: 4 | 6, bits: bigint) {
    this.family = family;
    this.bits = bits;
  }
}

class Cidr {
  readonly ip: Ip;
  readonly length: number;
  constructor(ip: Ip, length: number) {
    this.ip = ip;
    this.length = length;
  }
}

/** Addresses, networks and URLs. */
export function registerNetwork(env: Environment): void {
  registerIp(env);
  registerCidr(env);
  registerUrl(env);
}

function registerIp(env: Environment): void {
  const within = (ip: Ip, ...networks: readonly string[]) =>
    networks.some((network) => holds(parseCidr(network), ip));
  registerNamespace(env, 'ip', 'IpLib');
  env
    .registerType('IP', { ctor: Ip, fields: {} })
    .registerFunction('isIP(string): bool', (text: string) => isIpv4(text) || isIpv6(text))
    .registerFunction('ip(string): IP', parseIp)
    .registerFunction(
      'IpLib.isCanonical(string): bool',
      (_: unknown, text: string) => textOf(parseIp(text)) === text,
    )
    .registerFunction('string(IP): string', textOf)
    .registerFunction('IP.family(): int', ({ family }: Ip) => BigInt(family))
    .registerFunction('IP.isUnspecified(): bool', ({ bits }: Ip) => bits === 0n)
    .registerFunction('IP.isLoopback(): bool', (ip: Ip) => within(ip, '127.0.0.0/8', '::1/128'))
    .registerFunction('IP.isLinkLocalMulticast(): bool', (ip: Ip) => within(ip, '224.0.0.0/24', 'ff02::/16'))
    .registerFunction('IP.isLinkLocalUnicast(): bool', (ip: Ip) => within(ip, '169.254.0.0/16', 'fe80::/10'))
    .registerFunction(
      'IP.isGlobalUnicast(): bool',
      (ip: Ip) =>
        ip.bits !== 0n &&
        !within(
          ip,
          '127.0.0.0/8',
          '::1/128',
          '224.0.0.0/4',
          'ff00::/8',
          '169.254.0.0/16',
          'fe80::/10',
          '255.255.255.255/32',
        ),
    )
    .registerOperator('IP == IP', (a: Ip, b: Ip) => a.family === b.family && a.bits === b.bits);
}

function registerCidr(env: Environment): void {
  const isWithin = (outer: Cidr, inner: Cidr) => outer.length <= inner.length && holds(outer, inner.ip);
  const text = ({ ip, length }: Cidr) => `${textOf(ip)}/${length}`;
  env
    .registerType('CIDR', { ctor: Cidr, fields: {} })
    .registerFunction('isCIDR(string): bool', isCidr)
    .registerFunction('cidr(string): CIDR', parseCidr)
    .registerFunction('string(CIDR): string', text)
    .registerFunction('CIDR.containsIP(string): bool', (cidr: Cidr, ip: string) => holds(cidr, parseIp(ip)))
    .registerFunction('CIDR.containsIP(IP): bool', holds)
    .registerFunction('CIDR.containsCIDR(string): bool', (cidr: Cidr, inner: string) =>
      isWithin(cidr, parseCidr(inner)),
    )
    .registerFunction('CIDR.containsCIDR(CIDR): bool', isWithin)
    .registerFunction('CIDR.ip(): IP', ({ ip }: Cidr) => ip)
    .registerFunction('CIDR.masked(): CIDR', (cidr: Cidr) => {
      const shift = hostBits(cidr);
      return new Cidr(new Ip(cidr.ip.family, (cidr.ip.bits >> shift) << shift), cidr.length);
    })
    .registerFunction('CIDR.prefixLength(): int', ({ length }: Cidr) => BigInt(length))
    .registerOperator('CIDR == CIDR', (a: Cidr, b: Cidr) => text(a) === text(b));
}

function registerUrl(env: Environment): void {
  const isUrl = (text: string) => /^(?:[a-zA-Z][\w+.-]*:|\/)/.test(text) && URL.canParse(text, 'x://y');
  const partsOf = (url: URL) => (url.protocol === 'x:' ? undefined : url);
  env
    .registerType('URL', { ctor: URL, fields: {} })
    .registerFunction('isURL(string): bool', isUrl)
    .registerFunction('url(string): URL', (text: string) => {
      if (!isUrl(text))
        throw new Error(
          `URL parse error during conversion from string: parse ${JSON.stringify(text)}: invalid URI for request`,
        );
      return new URL(text, 'x://y');
    })
    .registerFunction('URL.getScheme(): string', (url: URL) => partsOf(url)?.protocol.slice(0, -1) ?? '')
    .registerFunction('URL.getHost(): string', (url: URL) => partsOf(url)?.host ?? '')
    .registerFunction('URL.getHostname(): string', (url: URL) => partsOf(url)?.hostname ?? '')
    .registerFunction('URL.getPort(): string', (url: URL) => url.port)
    .registerFunction('URL.getEscapedPath(): string', (url: URL) => url.pathname)
    .registerFunction(
      'URL.getQuery(): map<string, list<string>>',
      (url: URL) =>
        new Map([...url.searchParams.keys()].map((key) => [key, Array.from(url.searchParams.getAll(key))])),
    )
    .registerOperator('URL == URL', (a: URL, b: URL) => a.href === b.href);
}

function parseIp(text: string): Ip {
  if (isIpv4(text))
    return new Ip(
      4,
      text.split('.').reduce((bits, part) => (bits << 8n) + BigInt(part), 0n),
    );
  if (!isIpv6(text)) {
    throw new Error(
      `IP Address ${JSON.stringify(text)} parse error during conversion from string: unable to parse IP`,
    );
  }
  const [head = '', tail] = expandV4(text).split('::');
  const groups = (part: string | undefined) => (part === undefined || part === '' ? [] : part.split(':'));
  const [left, right] = [groups(head), groups(tail)];
  const zeros = Array<string>(8 - left.length - right.length).fill('0');
  return new Ip(
    6,
    [...left, ...zeros, ...right].reduce((bits, group) => (bits << 16n) + BigInt(`0x${group}`), 0n),
  );
}

/** `::ffff:1.2.3.4` with its end in hexadecimal. */
function expandV4(text: string): string {
  return text.replace(/\d+\.\d+\.\d+\.\d+$/, (v4) => {
    const { bits } = parseIp(v4);
    return `${(bits >> 16n).toString(16)}:${(bits & 0xffffn).toString(16)}`;
  });
}

function parseCidr(text: string): Cidr {
  const [address = '', length = ''] = text.split('/');
  if (!isCidr(text)) {
    throw new Error(
      `CIDR ${JSON.stringify(text)} parse error during conversion from string: network address parse error`,
    );
  }
  return new Cidr(parseIp(address), Number(length));
}

function hostBits({ ip, length }: Cidr): bigint {
  return BigInt((ip.family === 4 ? 32 : 128) - length);
}

function holds(cidr: Cidr, ip: Ip): boolean {
  const shift = hostBits(cidr);
  return cidr.ip.family === ip.family && cidr.ip.bits >> shift === ip.bits >> shift;
}

function textOf({ family, bits }: Ip): string {
  if (family === 4) return [24n, 16n, 8n, 0n].map((shift) => (bits >> shift) & 255n).join('.');
  const groups = Array.from({ length: 8 }, (_, index) =>
    ((bits >> BigInt(112 - 16 * index)) & 0xffffn).toString(16),
  );
  return new URL(`http://[${groups.join(':')}]/`).hostname.slice(1, -1);
}
