/** Properties of an element: text is text, never markup. */
interface Properties {
  readonly class?: string;
  readonly id?: string;
  readonly text?: string;
  /** Attributes, such as `role` and those of ARIA. */
  readonly with?: Readonly<Record<string, string | number>>;
}

/** Creates an element with its children. */
export function element<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  { class: names, id, text, with: attributes = {} }: Properties = {},
  children: readonly Node[] = [],
): HTMLElementTagNameMap[Name] {
  const made = document.createElement(name);
  if (names !== undefined) made.className = names;
  if (id !== undefined) made.id = id;
  if (text !== undefined) made.textContent = text;
  for (const [attribute, value] of Object.entries(attributes)) made.setAttribute(attribute, String(value));
  made.append(...children);
  return made;
}
