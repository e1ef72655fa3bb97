/** What the installed SDK's declarations say about one resource type. Plain JSON, so that it can be cached. */
export interface ResourceSchema {
  readonly token: string;
  readonly inputs: Readonly<Record<string, PropertySchema>>;
  /** Every output, and whether the real provider may leave it unset. */
  readonly outputs: Readonly<Record<string, { readonly optional: boolean }>>;
}

/** One input property. */
export interface PropertySchema {
  readonly required: boolean;
  readonly type: PropertyType;
}

/** The type of an input. `document` is text that may also be given as an object, which becomes its JSON. */
export type PropertyType =
  | { readonly kind: "string" | "number" | "boolean" | "document" | "asset" | "any" }
  | { readonly kind: "list"; readonly items: PropertyType }
  | { readonly kind: "map"; readonly values: PropertyType }
  | { readonly kind: "object"; readonly properties: Readonly<Record<string, PropertySchema>> };
