// The formats of strings that the API server checks in custom resources; it ignores all others.

const patterns: Readonly<Record<string, RegExp>> = {
  bsonobjectid: /^[0-9a-fA-F]{24}$/,
  byte: /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=|[A-Za-z0-9+/]{4})$/,
  email: /^(?:[^<>@]*<)?[^\s<>@]+@[^\s<>@]+>?$/,
  hexcolor: /^#?(?:[0-9a-fA-F]{3}|[0-9a-fA-F]{6})$/,
  hostname:
    /^(?:[a-zA-Z0-9\p{S}\p{L}](?:-?[a-zA-Z0-9\p{S}\p{L}]{0,62})?|(?:[a-zA-Z0-9\p{S}\p{L}](?:[-a-zA-Z0-9\p{S}\p{L}]{0,61}[a-zA-Z0-9\p{S}\p{L}])?\.)+[a-zA-Z\p{L}]{2,63})$/u,
  mac: /^[0-9a-fA-F]{2}(?:([:-])(?:[0-9a-fA-F]{2}\1){4,6}[0-9a-fA-F]{2})$|^(?:[0-9a-fA-F]{4}\.){2,3}[0-9a-fA-F]{4}$/,
  password: /^/,
  rgbcolor: /^rgb\(\s*(?:(?:0|[1-9]\d?|1\d\d?|2[0-4]\d|25[0-5])\s*(?:,\s*|(?=\)))){3}\)$/,
  ssn: /^\d{3}[- ]?\d{2}[- ]?\d{4}$/,
  uri: /^(?:[a-zA-Z][a-zA-Z0-9+.-]*:|\/)[^\s]*$/,
  uuid: /^[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}$/i,
  uuid3: /^[0-9a-f]{8}-?[0-9a-f]{4}-?3[0-9a-f]{3}-?[0-9a-f]{4}-?[0-9a-f]{12}$/i,
  uuid4: /^[0-9a-f]{8}-?[0-9a-f]{4}-?4[0-9a-f]{3}-?[89ab][0-9a-f]{3}-?[0-9a-f]{12}$/i,
  uuid5: /^[0-9a-f]{8}-?[0-9a-f]{4}-?5[0-9a-f]{3}-?[89ab][0-9a-f]{3}-?[0-9a-f]{12}$/i,
  k8sshortname: /^(?=.{1,63}$)[a-z0-9](?:[-a-z0-9]*[a-z0-9])?$/,
  k8slongname: /^(?=.{1,253}$)[a-z0-9](?:[-a-z0-9]*[a-z0-9])?(?:\.[a-z0-9](?:[-a-z0-9]*[a-z0-9])?)*$/,
};

const checks: Readonly<Record<string, (text: string) => boolean>> = {
  cidr: isCidr,
  date: isDate,
  datetime: isDateTime,
  duration: (text) =>
    isGoDuration(text) ||
    /\d+\s*(?:ns|us|µs|micro|ms|milli|s|sec|m|min|h|hr|hour|d|day|w|wk|week)/i.test(text),
  ipv4: isIpv4,
  ipv6: isIpv6,
};

/** The format of a string as the server knows it (dashes do not count), or undefined if it ignores this one. */
export function knownFormat(format: string | undefined): string | undefined {
  const plain = format?.replaceAll('-', '');
  return plain !== undefined && (Object.hasOwn(patterns, plain) || Object.hasOwn(checks, plain))
    ? plain
    : undefined;
}

/** Whether a text has a format that `knownFormat` named. */
export function hasFormat(format: string, text: string): boolean {
  return patterns[format]?.test(text) ?? checks[format]?.(text) ?? true;
}

/** As Go's time.ParseDuration: `1h30m`, `-1.5s`, `0`. */
export function isGoDuration(text: string): boolean {
  return /^[+-]?(?:0|(?:(?:\d+\.?\d*|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))+)$/.test(text);
}

/** Dotted decimal. */
export function isIpv4(text: string): boolean {
  return /^\d{1,3}(?:\.\d{1,3}){3}$/.test(text) && text.split('.').every((part) => Number(part) < 256);
}

/** Without a zone. */
export function isIpv6(text: string): boolean {
  return text.includes(':') && /^[0-9a-fA-F:.]+$/.test(text) && URL.canParse(`http://[${text}]/`);
}

/** An address, a slash, and the length of its prefix. */
export function isCidr(text: string): boolean {
  const [address = '', bits = ''] = text.split('/');
  if (!/^\d{1,3}$/.test(bits)) return false;
  return (isIpv4(address) && Number(bits) <= 32) || (isIpv6(address) && Number(bits) <= 128);
}

function isDateTime(text: string): boolean {
  const [date = '', time = ''] = text.split(/t/i);
  return isDate(date) && /^(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?(?:z|[+-]\d\d:?\d\d)$/i.test(time);
}

function isDate(text: string): boolean {
  const at = /^\d{4}-\d\d-\d\d$/.test(text) ? Date.parse(text) : Number.NaN;
  return !Number.isNaN(at) && new Date(at).toISOString().startsWith(text);
}
