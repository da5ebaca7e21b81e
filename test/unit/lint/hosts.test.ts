import { describe, expect, test } from "vitest";
import type { Value } from "../../../src/model/value.ts";
import { findingsOn } from "./found.ts";

const basic = { http_enabled: true, http_authenticator: { type: "basic" } };

function faultsOf(host: string): string[] {
  return findingsOn({ rolesmapping: { r: { hosts: [host] } } }).map(
    ({ code, message, hint }) => `${code}: ${message.replace(/.*because /, "")} (${hint})`,
  );
}

describe("a host of a mapping that matches no caller is a warning", () => {
  test.each([
    ["10.0.0.1:9200", "the server compares the address without a port (remove the port)"],
    ["10.0.*:*", "the server compares the address without a port (remove the port)"],
    ["localhost:9200", "the server compares the address without a port (remove the port)"],
    ["https://host.example.org", "it is a URL (write the address alone)"],
    ["[::1]", "the server writes addresses without brackets (remove the brackets)"],
    ["10.0.0.1,10.0.0.2", "it is a list (make each host an item of its own)"],
    ["10.0.0.1 10.0.0.2", "it is a list (make each host an item of its own)"],
    ["0:0:0:0:0:0:0:1", "the server writes this address as ::1 (write ::1)"],
    ["2001:DB8::1", "the server writes this address as 2001:db8::1 (write 2001:db8::1)"],
    ["fe80::1%eth0", "it is no address (write an IPv6 address, or a host name without a port)"],
    ["10.0.0", "it is no address (write an address of four numbers, or use * and ?, such as 10.1.*)"],
    ["10.0.0.256", "it is no address (write an address of four numbers, or use * and ?, such as 10.1.*)"],
    ["010.0.0.1", "it is no address (write an address of four numbers, or use * and ?, such as 10.1.*)"],
    ["10.0.0.1-9", "it is no address (write an address of four numbers, or use * and ?, such as 10.1.*)"],
    ["10.0.0.0/255.0.0.0", "no address and no host name has such a character (write an address or a name)"],
  ])("%s", (host, fault) => {
    expect(faultsOf(host)).toEqual([`host-without-match: ${fault}`]);
  });

  test.each(["10.0.0.1", "10.0.*", "::1", "2001:db8::*", "fe80:*", "cafe::?", "host-1.example.org", "/1.*/"])(
    "%s has none",
    (host) => {
      expect(faultsOf(host)).toEqual([]);
    },
  );

  test("in ignore_hosts, too", () => {
    const listener: Value = { type: "ip", allowed_tries: 3, ignore_hosts: ["10.0.0.1:80", "10.0.0.1"] };
    const dynamic = { authc: { basic }, auth_failure_listeners: { l: listener } };
    expect(findingsOn({ config: { config: { dynamic } } })).toMatchObject([
      {
        code: "host-without-match",
        message:
          'ignore_hosts: "10.0.0.1:80" matches no caller, because the server compares the address without a port',
      },
    ]);
  });
});

const config = (more: { [field: string]: Value }) => ({
  config: { config: { dynamic: { authc: { basic }, ...more } } },
});

describe("a host name", () => {
  const mapped = { rolesmapping: { r: { hosts: ["host.example.org", "*.example.org", "10.0.0.1"] } } };
  test("matches no caller while the server looks up no names", () => {
    for (const more of [{}, { hosts_resolver_mode: "ip-only" }])
      expect(findingsOn({ ...mapped, ...config(more) }).map(({ message }) => message)).toEqual([
        'hosts: "host.example.org" matches no caller, because hosts_resolver_mode is ip-only, so the server does not look up names',
        'hosts: "*.example.org" matches no caller, because hosts_resolver_mode is ip-only, so the server does not look up names',
      ]);
  });

  test("has no finding if the server looks up names, or if no file declares the mode", () => {
    expect(findingsOn({ ...mapped, ...config({ hosts_resolver_mode: "ip-hostname" }) })).toEqual([]);
    expect(findingsOn(mapped)).toEqual([]);
  });
});
