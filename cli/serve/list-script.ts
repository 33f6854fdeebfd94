/** The script of the list of runs: finds, sorts, and links two chosen runs to their comparison; the list is complete without it. */
export const LIST_SCRIPT = `
const live = document.getElementById('live');
const find = document.getElementById('find');
const compare = document.getElementById('compare');
const chosen = new Set();
let order;
const keyOf = (row, column) => row.cells[column].dataset.key ?? row.cells[column].textContent.trim();
function arrange() {
  const body = live.querySelector('tbody');
  if (body === null) return;
  const rows = [...body.rows];
  const text = find.value.trim().toLowerCase();
  for (const row of rows) {
    row.hidden = !row.textContent.toLowerCase().includes(text);
    const box = row.querySelector('input');
    box.checked = chosen.has(box.value);
  }
  if (order !== undefined) {
    const { column, down } = order;
    rows.sort((a, b) => keyOf(a, column).localeCompare(keyOf(b, column), 'en', { numeric: true }) * (down ? -1 : 1));
    body.append(...rows);
  }
  const [first, second] = chosen;
  compare.hidden = chosen.size !== 2;
  if (chosen.size === 2) compare.href = '/compare' + first + second;
}
find.hidden = false;
find.addEventListener('input', arrange);
live.addEventListener('click', (event) => {
  const head = event.target.closest('th[data-column]');
  if (head === null) return;
  const column = Number(head.dataset.column);
  order = { column, down: order !== undefined && order.column === column && !order.down };
  arrange();
});
live.addEventListener('change', (event) => {
  const { value, checked } = event.target;
  if (checked) chosen.add(value); else chosen.delete(value);
  arrange();
});
new MutationObserver(arrange).observe(live, { childList: true });
`;
