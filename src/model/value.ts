import type { Secret } from "../secrets/secret.ts";

/** Plain JSON, as in files and answers of the server. */
export type Json = null | boolean | number | string | Json[] | JsonObject;

/** A JSON object. */
export type JsonObject = { [key: string]: Json };

/** JSON in which osac wrapped the secrets when it read them. */
export type Value = null | boolean | number | string | Secret | Value[] | { [key: string]: Value };

/** The fields of one entity, without its name, or of an object within it. */
export type Body = { [field: string]: Value };

/** One operation of a JSON patch (RFC 6902). osac uses no others. */
export type Operation =
  | { readonly op: "add"; readonly path: string; readonly value: Value }
  | { readonly op: "remove"; readonly path: string };
