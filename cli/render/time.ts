/** Times on a terminal: in the reader's own time zone. */

/** `2026-11-22 10:00`. */
export function localTime(date: Date): string {
  const two = (value: number): string => String(value).padStart(2, '0');
  return (
    `${String(date.getFullYear())}-${two(date.getMonth() + 1)}-${two(date.getDate())} ` +
    `${two(date.getHours())}:${two(date.getMinutes())}`
  );
}
