/** What `$(NAME)` stands for; undefined if there is no such name. */
export type Mapping = (name: string) => string | undefined;

/**
 * Replaces each `$(NAME)` in a text. `$$` stands for `$`; a name that is unknown, and a `$` that begins nothing, stay as they are.
 * The rules are those of k8s.io/kubernetes/third_party/forked/golang/expansion.
 */
export function expand(text: string, mapping: Mapping): string {
  if (!text.includes('$')) return text;
  return text.replace(/\$(?:\$|\(([^)]*)\))/g, (whole, name: string | undefined) =>
    name === undefined ? '$' : (mapping(name) ?? whole),
  );
}

/** As `expand`, where an unknown name is an error: `subPathExpr`. Gives the first name that is unknown. */
export function expandStrictly(
  text: string,
  mapping: Mapping,
): { readonly text: string } | { readonly missing: string } {
  let missing: string | undefined;
  const expanded = expand(text, (name) => {
    const value = mapping(name);
    if (value === undefined) missing ??= name;
    return value;
  });
  return missing === undefined ? { text: expanded } : { missing };
}
