/** The sizes of the groups of files that import each other in circles (Tarjan's strongly connected components). */
export function cycleSizes(sources, isCounted) {
  const order = new Map();
  const lowest = new Map();
  const stack = [];
  const sizes = [];

  const enter = (path) => {
    order.set(path, order.size);
    lowest.set(path, order.get(path));
    stack.push(path);
    for (const { target } of sources.get(path).imports.filter(isCounted)) {
      if (!sources.has(target)) continue;
      if (!order.has(target)) enter(target);
      if (stack.includes(target)) lowest.set(path, Math.min(lowest.get(path), lowest.get(target)));
    }
    if (lowest.get(path) !== order.get(path)) return;
    const group = stack.splice(stack.indexOf(path));
    if (group.length > 1) sizes.push(group.length);
  };
  for (const path of sources.keys()) if (!order.has(path)) enter(path);
  return sizes.toSorted((one, other) => one - other);
}
