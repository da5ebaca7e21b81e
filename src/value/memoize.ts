/** Makes a function that computes the result for each object once. It forgets a result with its object. */
export function memoize<Key extends object, Result>(compute: (key: Key) => Result): (key: Key) => Result {
  const results = new WeakMap<Key, Result>();
  return (key) => {
    let result = results.get(key);
    if (result === undefined) results.set(key, (result = compute(key)));
    return result;
  };
}

/** Makes a function that computes the result for each text once. */
export function memoizeTexts<Result>(compute: (text: string) => Result): (text: string) => Result {
  const results = new Map<string, { readonly result: Result }>();
  return (text) => {
    let known = results.get(text);
    if (!known) results.set(text, (known = { result: compute(text) }));
    return known.result;
  };
}
