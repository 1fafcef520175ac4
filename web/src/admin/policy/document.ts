/** The policy as a document: reading and changing by path, what differs, and whose change is whose. */

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
export type Path = readonly (string | number)[];

export interface Difference {
  path: Path;
  before: Json | undefined;
  after: Json | undefined;
}

export function at(document: Json | undefined, path: Path): Json | undefined {
  return path.reduce<Json | undefined>((value, key) => (typeof value === "object" && value !== null ? (value as Record<string, Json>)[key] : undefined), document);
}

/** A copy with another value at a path. */
export function withValue(document: Json, path: Path, value: Json): Json {
  const [key, ...rest] = path;
  if (key === undefined) return value;
  if (Array.isArray(document)) return document.map((each, n) => (n === key ? withValue(each, rest, value) : each));
  const object = document as { [key: string]: Json };
  return { ...object, [key]: withValue(object[key] ?? null, rest, value) };
}

/** What differs, leaf by leaf. Lists of different lengths, and lists of plain values, are compared as a whole. */
export function differences(before: Json | undefined, after: Json | undefined, path: Path = []): Difference[] {
  if (same(before, after)) return [];
  if (isObject(before) && isObject(after)) {
    const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])];
    return keys.flatMap((key) => differences(before[key], after[key], [...path, key]));
  }
  if (Array.isArray(before) && Array.isArray(after) && before.length === after.length && before.every(isObject) && after.every(isObject))
    return before.flatMap((each, n) => differences(each, after[n], [...path, n]));
  return [{ path, before, after }];
}

export interface Rebased {
  document: Json;
  /** My changes that were put upon theirs. */
  kept: Difference[];
  /** Places that both changed, differently: theirs counts until I decide. */
  contested: Difference[];
}

/** Puts my changes upon what somebody else saved meanwhile. Where both changed the same, theirs stays and is named. */
export function rebase(base: Json, mine: Json, theirs: Json): Rebased {
  const other = differences(base, theirs);
  const touches = (a: Path, b: Path) => a.slice(0, b.length).join("\n") === b.slice(0, a.length).join("\n");
  const rebased: Rebased = { document: theirs, kept: [], contested: [] };
  for (const change of differences(base, mine)) {
    const clash = other.find(({ path }) => touches(path, change.path));
    if (clash && !same(at(theirs, change.path), change.after)) rebased.contested.push(change);
    else if (!clash) {
      rebased.document = withValue(rebased.document, change.path, change.after ?? null);
      rebased.kept.push(change);
    }
  }
  return rebased;
}

export function same(a: Json | undefined, b: Json | undefined): boolean {
  if (a === b) return true;
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((each, n) => same(each, b[n]));
  if (!isObject(a) || !isObject(b)) return false;
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => key in b && same(a[key], b[key]));
}

const isObject = (value: Json | undefined): value is { [key: string]: Json } =>
  typeof value === "object" && value !== null && !Array.isArray(value);
