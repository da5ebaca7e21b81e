import { expect, test } from "vitest";
import { removePort } from "../../../src/cluster/caller.ts";

test.each([
  ["127.0.0.1:43350", "127.0.0.1"],
  ["[::1]:50656", "::1"],
  ["[2001:db8::1]:9200", "2001:db8::1"],
])("the caller at %s has the address that mappings compare: %s", (remote, address) => {
  expect(removePort(remote)).toBe(address);
});
