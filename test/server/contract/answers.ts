import { expect } from "vitest";
import type { Json } from "../../../src/model/value.ts";

/** The part of an answer that a statement is about, to compare with `toMatchObject`. */
export interface Expected {
  readonly status: number;
  readonly body: { readonly [key: string]: unknown };
}

const words = {
  200: "OK",
  201: "CREATED",
  400: "BAD_REQUEST",
  403: "FORBIDDEN",
  404: "NOT_FOUND",
  409: "CONFLICT",
  500: "INTERNAL_SERVER_ERROR",
} as const;

/** Most answers: the status in words, and a message. */
export function says(status: keyof typeof words, message: unknown): Expected {
  return { status, body: { status: words[status], message } };
}

/** What the server answers to content that it does not accept. */
export function refuses(reason: unknown, details: { readonly [key: string]: unknown } = {}): Expected {
  return { status: 400, body: { status: "error", reason, ...details } };
}

/** What the server's core answers, for routes that do not exist and for errors nobody caught. */
export function fails(status: number): Expected {
  return { status, body: { error: expect.anything(), status } };
}

type Operation = { op: string; path: string; value?: Json };

export const add = (path: string, value: Json): Operation => ({ op: "add", path, value });
export const replace = (path: string, value: Json): Operation => ({ op: "replace", path, value });
export const remove = (path: string): Operation => ({ op: "remove", path });

/** A name as a token of a JSON pointer. */
export const token = (name: string): string => name.replaceAll("~", "~0").replaceAll("/", "~1");
