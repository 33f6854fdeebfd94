/** `strftime_now` of transformers: the day is fixed while planning, the time is midnight, and names are English whatever the locale. */
import { TemplateError } from './value.js';

const DAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
const MONTHS = [
  ...['January', 'February', 'March', 'April', 'May', 'June', 'July'],
  ...['August', 'September', 'October', 'November', 'December'],
];

/**
 * Python's `strftime` in the C locale, at midnight UTC.
 *
 * @param day - `YYYY-MM-DD`
 * @throws TemplateError for a directive that is not supported
 */
export function strftime(day: string, format: string): string {
  const date = new Date(`${day}T00:00:00Z`);
  const [year, month, dayOfMonth, weekday] = [
    date.getUTCFullYear(),
    date.getUTCMonth(),
    date.getUTCDate(),
    date.getUTCDay(),
  ];
  const dayOfYear = Math.round((date.getTime() - Date.UTC(year, 0, 1)) / 86_400_000) + 1;
  const two = (value: number): string => String(value).padStart(2, '0');
  const [longDay, longMonth] = [DAYS[weekday] ?? '', MONTHS[month] ?? ''];
  const parts: Readonly<Record<string, string>> = {
    Y: String(year),
    y: two(year % 100),
    m: two(month + 1),
    d: two(dayOfMonth),
    e: String(dayOfMonth).padStart(2, ' '),
    j: String(dayOfYear).padStart(3, '0'),
    B: longMonth,
    b: longMonth.slice(0, 3),
    h: longMonth.slice(0, 3),
    A: longDay,
    a: longDay.slice(0, 3),
    w: String(weekday),
    u: String(weekday === 0 ? 7 : weekday),
    F: day,
    D: `${two(month + 1)}/${two(dayOfMonth)}/${two(year % 100)}`,
    x: `${two(month + 1)}/${two(dayOfMonth)}/${two(year % 100)}`,
    c: `${longDay.slice(0, 3)} ${longMonth.slice(0, 3)} ${String(dayOfMonth).padStart(2, ' ')} 00:00:00 ${String(year)}`,
    H: '00',
    I: '12',
    M: '00',
    S: '00',
    f: '000000',
    p: 'AM',
    X: '00:00:00',
    T: '00:00:00',
    R: '00:00',
    Z: '',
    z: '',
    n: '\n',
    t: '\t',
    '%': '%',
  };
  const number: Readonly<Record<string, string>> = {
    d: String(dayOfMonth),
    m: String(month + 1),
    H: '0',
    I: '12',
    M: '0',
    S: '0',
    j: String(dayOfYear),
  };
  return format.replaceAll(/%(-?)(.?)/gs, (whole, sign: string, kind: string) => {
    const text = sign === '-' ? number[kind] : parts[kind];
    if (text === undefined) {
      throw new TemplateError(`strftime_now does not know ${JSON.stringify(whole.slice(0, 10))}`);
    }
    return text;
  });
}
