import type { Json, JsonObject } from "../model/value.ts";

/** The response of the server: JSON, or a text. */
export interface Answer {
  readonly status: number;
  readonly body: Json | undefined;
  readonly text?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Ends a request early with its answer. */
export class Refusal extends Error {
  readonly answer: Answer;

  constructor(answer: Answer) {
    super(`answered ${answer.status}`);
    this.answer = answer;
  }
}

const statusNames: Readonly<Record<number, string>> = {
  200: "OK",
  201: "CREATED",
  400: "BAD_REQUEST",
  403: "FORBIDDEN",
  404: "NOT_FOUND",
  409: "CONFLICT",
  500: "INTERNAL_SERVER_ERROR",
  501: "NOT_IMPLEMENTED",
};

export function json(body: Json, status = 200): Answer {
  return { status, body };
}

export function text(
  status: number,
  content: string,
  headers: Readonly<Record<string, string>> = {},
): Answer {
  return { status, body: undefined, text: content, headers };
}

/** Makes the plugin's usual answer. */
export function message(status: number, content: string): Answer {
  return json({ status: statusNames[status] ?? "UNKNOWN", message: content }, status);
}

/** Makes the plugin's answer to content that it does not accept. */
export function invalid(reason: string, details: JsonObject = {}): Answer {
  return json({ status: "error", reason, ...details }, 400);
}

/** Makes the answer of the server's core to an uncaught exception. */
export function exception(status: number, type: string, reason: string | null): Answer {
  return json({ error: { root_cause: [{ type, reason }], type, reason }, status }, status);
}

/** Makes the answer of the server's core to a request without a handler. */
export function coreError(
  status: number,
  reason: string,
  headers: Readonly<Record<string, string>> = {},
): Answer {
  return { status, body: status === 400 ? { error: reason } : { error: reason, status }, headers };
}
