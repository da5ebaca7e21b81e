import type { NodeSettings } from "../access/effective/index.ts";
import type { Json } from "../model/value.ts";
import { isVersion } from "../value/version.ts";
import { refuse, scalar, type ValueType } from "./value-types.ts";

/** The version of a server, such as 3.4.0. */
export const serverVersion: ValueType<string> = {
  ...scalar("VERSION", (value, source) =>
    isVersion(value) ? value : refuse(source, "a version such as 2.19.4", value),
  ),
  schema: { type: "string", pattern: String.raw`^\d+\.\d+(\.\d+)?` },
};

/** Attributes of a caller, each as NAME=VALUE. */
export const attributes: ValueType<Readonly<Record<string, string>>> = {
  placeholder: "NAME=VALUE",
  isRepeatable: true,
  schema: { type: "object", additionalProperties: { type: "string" } },
  read: (texts, source) =>
    Object.fromEntries(
      texts.map((text) => {
        const at = text.indexOf("=");
        return at > 0
          ? [text.slice(0, at), text.slice(at + 1)]
          : refuse(source, "an attribute such as ldap.department=sales", text);
      }),
    ),
};

const onOff = { type: "boolean" };
const patterns = { type: "array", items: { type: "string" } };

const settingSchemas: Readonly<Record<keyof NodeSettings, object>> = {
  dfm_empty_overrides_all: onOff,
  roles_mapping_resolution: { enum: ["MAPPING_ONLY", "BACKENDROLES_ONLY", "BOTH"] },
  "privileges_evaluation.use_legacy_impl": onOff,
  "system_indices.enabled": onOff,
  "system_indices.indices": patterns,
  "system_indices.permission.enabled": onOff,
  "protected_indices.enabled": onOff,
  "protected_indices.indices": patterns,
  "compliance.immutable_indices": patterns,
  config_index_name: { type: "string" },
};

/** Settings of opensearch.yml that affect access and that no API returns. */
export const nodeSettings: ValueType<Partial<NodeSettings>> = {
  schema: { type: "object", additionalProperties: false, properties: settingSchemas },
  read: (_, source) => refuse(source, "a map", "a text"),
  readFile: (value: Json) => value as Partial<NodeSettings>,
};
