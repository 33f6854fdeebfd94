/** A small cache of promises. */

/** The value under a key, made on first use; a failure is not remembered, and the oldest entry leaves when it is full. */
export async function remember<K, T>(
  map: Map<K, Promise<T>>,
  key: K,
  make: () => Promise<T>,
  most: number,
): Promise<T> {
  const known = map.get(key);
  if (known !== undefined) {
    return known;
  }
  const oldest = map.keys().next();
  if (map.size >= most && oldest.done !== true) {
    map.delete(oldest.value);
  }
  const made = make();
  map.set(key, made);
  made.catch(() => map.delete(key));
  return made;
}
