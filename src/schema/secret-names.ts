import type { Kind } from "../kinds/kind.ts";
import { memoize } from "../value/memoize.ts";

/** Names of secret settings in a free-form object: globs with `*`, in any case. */
interface SecretNames {
  readonly secret: readonly string[];
  /** Names that look secret and are not. They take precedence. */
  readonly public: readonly string[];
}

/** Returns true if a setting is secret: by its own name, or because it is within a secret setting. */
export type IsSecretName = (name: string, isWithinSecret: boolean) => boolean;

/** Returns the test for secret settings of a kind, from `x-secret-names` of its schema. */
export function getSecretNames({ schema }: Pick<Kind, "schema">): IsSecretName {
  return getJudge((schema["x-secret-names"] ?? none) as SecretNames);
}

const none: SecretNames = { secret: [], public: [] };

const getJudge = memoize(({ secret, public: open }: SecretNames): IsSecretName => {
  const [isSecret, isPublic] = [compileGlobs(secret), compileGlobs(open)];
  return (name, isWithinSecret) => {
    const last = lastPart(name);
    return !isPublic.test(last) && (isWithinSecret || isSecret.test(last));
  };
});

function compileGlobs(globs: readonly string[]): RegExp {
  const patterns = globs.map((glob) => glob.split("*").map(escapeRegex).join(".*"));
  return new RegExp(`^(?:${patterns.length > 0 ? patterns.join("|") : "(?!)"})$`, "is");
}

function escapeRegex(text: string): string {
  return text.replaceAll(/[^\w]/g, String.raw`\$&`);
}

/** Settings may be written flat: `sp.signature_private_key` is `signature_private_key` below `sp`. */
function lastPart(name: string): string {
  return name.slice(name.lastIndexOf(".") + 1);
}
