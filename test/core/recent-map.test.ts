import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RecentMap } from '../../core/recent-map.js';

describe('a map of what was used lately', () => {
  it('drops what was unused for longest when there is one too many', () => {
    const map = new RecentMap<string, number>(2);
    map.set('a', 1);
    map.set('b', 2);
    expect(map.get('a')).toBe(1); // now b is the older one
    map.set('c', 3);
    expect([map.get('b'), map.get('a'), map.get('c')]).toEqual([undefined, 1, 3]);
  });

  it('replaces a value without dropping another', () => {
    const map = new RecentMap<string, number>(2);
    map.set('a', 1);
    map.set('b', 2);
    map.set('a', 3);
    expect([...map.values()]).toEqual([2, 3]);
  });

  it('counts weights, and keeps what alone is too heavy until the next one comes', () => {
    const map = new RecentMap<string, string>(5, (text) => text.length);
    map.set('a', 'xx');
    map.set('b', 'yyy');
    expect([...map.values()]).toEqual(['xx', 'yyy']);
    map.set('c', 'zzzzzzz');
    expect([...map.values()]).toEqual(['zzzzzzz']);
    map.set('d', 'w');
    expect([...map.values()]).toEqual(['w']);
  });

  it('forgets what it is told to, and has room for it again', () => {
    const map = new RecentMap<string, number>(2);
    map.set('a', 1);
    map.delete('a');
    map.delete('a');
    map.set('b', 2);
    map.set('c', 3);
    expect([map.get('a'), [...map.values()]]).toEqual([undefined, [2, 3]]);
    map.clear();
    map.set('d', 4);
    map.set('e', 5);
    expect([...map.values()]).toEqual([4, 5]);
  });

  it('holds the latest distinct keys of any use, at most as many as it may', () => {
    const uses = fc.array(fc.record({ key: fc.nat(6), isRead: fc.boolean() }));
    fc.assert(
      fc.property(uses, fc.integer({ min: 1, max: 4 }), (history, most) => {
        const map = new RecentMap<number, number>(most);
        let model: number[] = []; // keys, the latest used last
        for (const { key, isRead } of history) {
          expect(map.get(key)).toBe(model.includes(key) ? key : undefined);
          if (!isRead) {
            map.set(key, key);
          }
          if (!isRead || model.includes(key)) {
            model = [...model.filter((other) => other !== key), key].slice(-most);
          }
          expect([...map.values()]).toEqual(model);
        }
      }),
    );
  });
});
