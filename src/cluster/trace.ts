import type { Dispatcher } from "undici";

/** Says of each request that goes over the wire, retries included: method, path, status, time, size; never more. */
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
        // Given up by osac itself, which had nothing more to do with the answer.
        if (code !== "UND_ERR_DESTROYED") tell(` ${code}`);
        handler.onResponseError?.(...told);
      },
    });
  };
}
