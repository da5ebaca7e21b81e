// What osac uses of undici, out of the same files: the rest of it (fetch, web sockets, caches, mocks) is the larger part, and
// takes its time to load. A name that is missing here fails the build.
import api from "../node_modules/undici/lib/api/index.js";
import Dispatcher from "../node_modules/undici/lib/dispatcher/dispatcher.js";

Object.assign(Dispatcher.prototype, api);

export { default as errors } from "../node_modules/undici/lib/core/errors.js";
export { default as Agent } from "../node_modules/undici/lib/dispatcher/agent.js";
export { default as EnvHttpProxyAgent } from "../node_modules/undici/lib/dispatcher/env-http-proxy-agent.js";
export { default as Pool } from "../node_modules/undici/lib/dispatcher/pool.js";
