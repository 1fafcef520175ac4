/** The part of JSON schema that the policy uses, and what kind of input each piece of it is. */
import type { Json } from "./document";

export interface Schema {
  $ref?: string;
  $defs?: Record<string, Schema>;
  type?: string;
  format?: string;
  enum?: string[];
  anyOf?: Schema[];
  items?: Schema;
  properties?: Record<string, Schema>;
  pattern?: string;
  default?: Json;
  minimum?: number;
  maximum?: number;
  exclusiveMinimum?: number | string;
  exclusiveMaximum?: number;
}

export type Kind =
  | { name: "object"; fields: [string, Schema][] }
  | { name: "rows"; item: Schema }
  | { name: "words"; options: string[] }
  | { name: "choice"; options: string[] }
  | { name: "span" }
  | { name: "number"; whole: boolean; least: number | undefined; most: number | undefined }
  | { name: "flag" }
  | { name: "text" };

export interface Piece {
  kind: Kind;
  /** Whether nothing may stand there. */
  optional: boolean;
}

/** What a schema means for a form. Throws for a construct that the policy does not use so far. */
export function pieceOf(schema: Schema, root: Schema): Piece {
  const some = schema.anyOf?.filter(({ type }) => type !== "null");
  if (some?.length === 1) return { kind: pieceOf(some[0]!, root).kind, optional: true };
  return { kind: kindOf(resolved(schema, root), root), optional: false };
}

function kindOf(schema: Schema, root: Schema): Kind {
  if (schema.enum) return { name: "choice", options: schema.enum };
  if (schema.properties) return { name: "object", fields: Object.entries(schema.properties) };
  switch (schema.type) {
    case "array": return listOf(resolved(schema.items ?? {}, root));
    case "boolean": return { name: "flag" };
    case "integer":
    case "number": return {
      name: "number", whole: schema.type === "integer",
      least: schema.minimum ?? (typeof schema.exclusiveMinimum === "number" ? schema.exclusiveMinimum : undefined),
      most: schema.maximum ?? schema.exclusiveMaximum,
    };
    case "string": return stringOf(schema);
    default: throw new Error(`the form knows no ${JSON.stringify(schema)}`);
  }
}

function listOf(item: Schema): Kind {
  return item.enum ? { name: "words", options: item.enum } : { name: "rows", item };
}

function stringOf(schema: Schema): Kind {
  if (schema.format === "duration") return { name: "span" };
  const words = /^\^\(([\w|]+)\)\$$/.exec(schema.pattern ?? "");
  return words ? { name: "choice", options: words[1]!.split("|") } : { name: "text" };
}

function resolved(schema: Schema, root: Schema): Schema {
  const name = schema.$ref?.replace("#/$defs/", "");
  return name ? resolved(root.$defs?.[name] ?? {}, root) : schema;
}

/** An empty row: what the schema gives as defaults, and nothing elsewhere. */
export function blank(item: Schema, root: Schema): Json {
  const { kind } = pieceOf(item, root);
  if (kind.name !== "object") return null;
  return Object.fromEntries(kind.fields.map(([name, field]) => [name, field.default ?? empty(pieceOf(field, root))]));
}

function empty({ kind, optional }: Piece): Json {
  if (optional) return null;
  switch (kind.name) {
    case "words":
    case "rows": return [];
    case "choice": return kind.options[0] ?? null;
    case "span": return "PT1H";
    case "number": return kind.least ?? 0;
    case "flag": return false;
    case "text": return "";
    case "object": return {};
  }
}
