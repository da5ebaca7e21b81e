// What osac uses of undici: the rest of it (fetch, web sockets, caches, mocks) is the larger part, and takes its time to load.
const Dispatcher = require("../node_modules/undici/lib/dispatcher/dispatcher");

Object.assign(Dispatcher.prototype, require("../node_modules/undici/lib/api"));

module.exports = {
  Agent: require("../node_modules/undici/lib/dispatcher/agent"),
  EnvHttpProxyAgent: require("../node_modules/undici/lib/dispatcher/env-http-proxy-agent"),
  Pool: require("../node_modules/undici/lib/dispatcher/pool"),
  errors: require("../node_modules/undici/lib/core/errors"),
  interceptors: { retry: require("../node_modules/undici/lib/interceptor/retry") },
};
