// The way to a property of an event, written as names with dots between them. Appendices, "Dot-separated property
// paths".
import { isJsonObject, type JsonObject, type JsonValue, own } from '#protocol/matrix/json';

/** The names that a path consists of. `\.` is a dot within a name and `\\` a backslash; other backslashes stay. */
export function parsePropertyPath(path: string): readonly string[] {
  if (!path.includes('\\')) return path.split('.');
  const names: string[] = [];
  let name = '';
  for (let at = 0; at < path.length; at++) {
    const unit = path[at]!;
    const next = path[at + 1];
    if (unit === '.') {
      names.push(name);
      name = '';
    } else if (unit === '\\' && (next === '.' || next === '\\')) {
      name += next;
      at += 1;
    } else name += unit;
  }
  return [...names, name];
}

/** What stands at the path; undefined where it leads nowhere, or through anything but objects. */
export function propertyAt(object: JsonObject, names: readonly string[]): JsonValue | undefined {
  let value: JsonValue | undefined = object;
  for (const name of names) {
    if (!isJsonObject(value)) return undefined;
    value = own(value, name);
  }
  return value;
}
