import { type JsonObject, stringAt } from '../../core/model/json.ts';

/** The last known object of each name, parsed. */
export class Known<T> {
  readonly items = new Map<string, T>();
  readonly #parse: (json: unknown) => T | undefined;
  readonly #max: number;
  /** Name of an object that could not be read, until the next list or change of it. */
  unreadable: string | undefined;

  constructor(parse: (json: unknown) => T | undefined, max = Infinity) {
    this.#parse = parse;
    this.#max = max;
  }

  replace(objects: readonly JsonObject[]): void {
    this.items.clear();
    this.unreadable = undefined;
    for (const object of objects) this.put(object);
  }

  put(object: JsonObject): void {
    const parsed = this.#parse(object);
    const key = keyOf(object);
    this.items.delete(key);
    if (this.unreadable === key) this.unreadable = undefined;
    if (parsed === undefined) this.unreadable = key;
    else this.items.set(key, parsed);
    const [oldest] = this.items.keys();
    if (this.items.size > this.#max && oldest !== undefined) this.items.delete(oldest);
  }

  remove(object: JsonObject): void {
    const key = keyOf(object);
    this.items.delete(key);
    if (this.unreadable === key) this.unreadable = undefined;
  }

  list(): readonly T[] {
    return [...this.items.values()];
  }
}

/** Within one kind and namespace a name is unique at any moment. */
function keyOf(object: JsonObject): string {
  return stringAt(object, 'metadata', 'name') ?? '';
}
