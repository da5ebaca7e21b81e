import type { Secret } from "../secrets/secret.ts";

/** Plain JSON, as files and servers hold it. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** JSON in which secrets have been wrapped at the door. */
export type Value = null | boolean | number | string | Secret | Value[] | { [key: string]: Value };

/** The fields of one entity, without its name. */
export type Body = { [field: string]: Value };

/** One step of a JSON patch (RFC 6902); the Security API knows no other two. */
export type Operation =
  | { readonly op: "add"; readonly path: string; readonly value: Value }
  | { readonly op: "remove"; readonly path: string };
