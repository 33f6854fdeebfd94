import fc from 'fast-check';
import { expect, it } from 'vitest';
import { ModuleQueue } from '../../../io/adapter/module-queue.js';

it('gives every place to one thread, in order, whichever asks first', () => {
  fc.assert(
    fc.property(
      fc.nat(80),
      fc.integer({ min: 1, max: 5 }),
      fc.array(fc.nat(4), { maxLength: 200 }),
      (count, threads, turns) => {
        const queue = new ModuleQueue({ count, threads });
        const all = Array.from({ length: threads }, () => new ModuleQueue(queue.shared).places());
        const taken: number[][] = all.map(() => []);
        for (const turn of turns) {
          const place = all[turn % threads]?.next().value;
          if (typeof place === 'number') {
            taken[turn % threads]?.push(place);
          }
        }
        all.forEach((rest, thread) => taken[thread]?.push(...rest));
        expect(taken.flat().toSorted((x, y) => x - y)).toEqual(Array.from({ length: count }, (_, place) => place));
        taken.forEach((places) => {
          expect(places).toEqual(places.toSorted((x, y) => x - y));
        });
      },
    ),
  );
});

it('gives less at a time towards the end, so that threads end together', () => {
  const queue = new ModuleQueue({ count: 64, threads: 2 });
  const [one, other] = [queue.places(), new ModuleQueue(queue.shared).places()];
  one.next();
  expect(other.next().value).toBe(16);
  expect([...one].slice(15, 17)).toEqual([28, 29]);
});

it('gives nothing more once it is stopped, but lets everybody finish', () => {
  const queue = new ModuleQueue({ count: 64, threads: 2 });
  const places = queue.places();
  expect(places.next().value).toBe(0);
  new ModuleQueue(queue.shared).stop();
  expect([...places]).toHaveLength(15);
  expect([...queue.places()]).toEqual([]);
});

it('counts what is finished over all threads', () => {
  const queue = new ModuleQueue({ count: 3, threads: 2 });
  expect([queue.finish(), new ModuleQueue(queue.shared).finish(), queue.finish()]).toEqual([1, 2, 3]);
});
