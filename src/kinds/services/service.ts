import type { KindName } from "../../model/kind-name.ts";

/** What differs at a managed service, as data. */
export interface Service {
  /** The name in messages. */
  readonly label: string;
  /** The host names of its clusters, if they have a form of their own. */
  readonly hosts?: RegExp;
  /** The resource types that its API does not offer, with the way in which the service sets them. */
  readonly outOfReach: { readonly [Kind in KindName]?: string };
  /** Entities of the service itself. osac leaves them alone although no flag marks them. */
  readonly owned: { readonly [Kind in KindName]?: readonly string[] };
  /** Role mappings by which its administrators reach the API: osac never deletes them, nor takes all members. */
  readonly keyMappings: readonly string[];
  /** How a caller without access to the REST API gets it. */
  readonly access: string;
  /** The roles that open the REST API. Absent if no documentation names them: then those of the plugin count. */
  readonly restApiRoles?: readonly string[];
}
