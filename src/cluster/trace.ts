import type { Dispatcher } from "undici";

/** Traces each request, retries included: method, path, status, time and size, and nothing else. */
export function createTracer(say: (line: string) => void): Dispatcher.DispatcherComposeInterceptor {
  return (dispatch) => (options, handler) => {
    const began = performance.now();
    let status = "no answer";
    let bytes = 0;
    const tell = (fault = ""): void =>
      say(
        `${options.method} ${options.path} ${status} ${Math.round(performance.now() - began)} ms ${bytes} bytes${fault}`,
      );
    return dispatch(options, {
      onRequestStart: (...told) => handler.onRequestStart?.(...told),
      onRequestUpgrade: (...told) => handler.onRequestUpgrade?.(...told),
      onResponseStart: (...told) => {
        status = String(told[1]);
        handler.onResponseStart?.(...told);
      },
      onResponseData: (...told) => {
        bytes += told[1].length;
        handler.onResponseData?.(...told);
      },
      onResponseEnd: (...told) => {
        tell();
        handler.onResponseEnd?.(...told);
      },
      onResponseError: (...told) => {
        const [, { name, ...error }] = told;
        const { code = name } = error as { readonly code?: string };
        // This code means that osac itself ended the request, because it did not need the answer.
        if (code !== "UND_ERR_DESTROYED") tell(` ${code}`);
        handler.onResponseError?.(...told);
      },
    });
  };
}
