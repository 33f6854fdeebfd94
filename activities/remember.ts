/** What is made once and kept while it is in use. */
import type { RecentMap } from '../core/recent-map.js';

/** The value under a key, made when the map does not have it; a failure is not remembered. */
export async function remember<K, T>(map: RecentMap<K, Promise<T>>, key: K, make: () => Promise<T>): Promise<T> {
  const known = map.get(key);
  if (known !== undefined) {
    return known;
  }
  const made = make();
  map.set(key, made);
  made.catch(() => {
    map.delete(key);
  });
  return made;
}
