/** A secret is written down as an object with this field alone, which no text can be taken for. */
export const secretField = "$secret";

const lookalike = /^\$+secret$/;
const escaped = /^\${2,}secret$/;

/** The name of a field as it is written down: one that is called like ours gets a sign more. */
export function escapeField(name: string): string {
  return lookalike.test(name) ? `$${name}` : name;
}

/** The name of a field that was written down. */
export function unescapeField(name: string): string {
  return escaped.test(name) ? name.slice(1) : name;
}
