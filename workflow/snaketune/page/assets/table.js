// The table: only the rows in sight are in the document.

const ROW_HEIGHT = 32;
const ROWS_AROUND = 8;
const MOST_METRICS_SHOWN = 4;
const MOST_IN_ADDRESS = 100;
const HIDDEN = new Set(['trial', 'number', 'round', 'origin', 'value', 'value_sd', 'value_se', 'runs', 'started', 'finished', 'host', 'description']);
const BESIDE_NAME = ['rank', 'name', 'status'];

class TrialTable {
  constructor(study, filters, { onOpen, onSelect }) {
    Object.assign(this, { study, filters, onOpen, onSelect });
    this.selected = new Set();
    this.sort = { name: 'rank', descending: false };
    this.order = study.allRows;
    this.rows = this.order;
    this.active = 0;
    this.inputs = new Map();
    this.unreadable = new Map();
    this.columns = this.arranged().filter((column) => this.shownAtFirst(column));
    this.build();
    this.applySort();
  }

  /** Columns in the order of reading: which one, how good, with which parameters, and the rest. */
  arranged() {
    const rank = (column) => {
      if (BESIDE_NAME.includes(column.name)) return BESIDE_NAME.indexOf(column.name);
      if (column.name === 'budget' && this.study.payload.budget) return 4.5;
      if (['feasible', 'pareto'].includes(column.name)) return 5;
      return { objective: 4, parameter: 6, metric: 7 }[column.role] ?? (column.name === 'search' ? 3 : 8);
    };
    return [...this.study.columns.values()].sort((a, b) => rank(a) - rank(b));
  }

  shownAtFirst(column) {
    if (HIDDEN.has(column.name)) return false;
    if (column.name === 'search') return this.study.searches.length > 1;
    if (column.role === 'metric') return this.study.metrics.indexOf(column) < MOST_METRICS_SHOWN;
    return column.role !== 'about' || !column.empty;
  }

  build() {
    this.scroll = byId('table');
    this.colgroup = el('colgroup');
    this.head = el('thead');
    this.body = el('tbody');
    this.table = el('table', { role: 'grid', tabindex: '0', 'aria-labelledby': 'table-title', 'aria-multiselectable': 'true' },
      this.colgroup, this.head, this.body);
    this.scroll.append(this.table);
    this.scroll.addEventListener('scroll', () => this.draw(), { passive: true });
    this.table.addEventListener('keydown', (event) => this.key(event));
    this.body.addEventListener('click', (event) => this.click(event));
    new ResizeObserver(() => this.draw()).observe(this.scroll);
    this.buildControls();
    this.buildHead();
  }

  buildControls() {
    const list = el('div', { class: 'menu' });
    for (const column of this.arranged()) {
      list.append(checkbox(`show.${column.name}`, shorten(column.name, 40), this.columns.includes(column), (on) => this.show(column, on)));
    }
    this.selectionText = el('span', { class: 'muted' });
    const clear = el('button', { type: 'button', class: 'quiet', id: 'untick', on: { click: () => this.select([], true) } }, 'Untick all');
    const save = el('button', { type: 'button', class: 'quiet', on: { click: () => this.save() } }, 'Save as CSV');
    byId('table-controls').append(this.selectionText, clear, save,
      el('details', { class: 'popup' }, el('summary', {}, 'Columns'), list));
    this.selectionChanged();
  }

  show(column, on) {
    const shown = new Set(this.columns);
    if (on) shown.add(column); else shown.delete(column);
    this.columns = this.arranged().filter((one) => shown.has(one));
    this.buildHead();
    this.draw();
  }

  buildHead() {
    const names = el('tr', {}, el('th', { class: 'tick', scope: 'col' }, el('span', { class: 'visually-hidden' }, 'Compare')));
    const filters = el('tr', { class: 'filter-cells' }, el('td', { class: 'tick' }));
    this.colgroup.replaceChildren(el('col', { style: 'width: 36px' }));
    let characters = 0;
    for (const column of this.columns) {
      const ascending = this.sort.name !== column.name ? null : !this.sort.descending;
      const label = el('button', { type: 'button', title: column.name, on: { click: () => this.sortBy(column) } },
        el('span', { class: 'column-name' }, column.name), el('span', { class: 'arrow', 'aria-hidden': 'true' }, ascending === null ? '' : ascending ? '▲' : '▼'));
      names.append(el('th', {
        scope: 'col', class: this.cellClass(column),
        'aria-sort': ascending === null ? 'none' : ascending ? 'ascending' : 'descending',
      }, label));
      filters.append(el('td', { class: this.cellClass(column) }, this.filterInput(column)));
      const width = this.width(column);
      characters += width;
      this.colgroup.append(el('col', { style: `width: calc(${width}ch + 24px)` }));
    }
    this.table.style.width = `max(100%, calc(${characters}ch + ${36 + 24 * this.columns.length}px))`;
    this.head.replaceChildren(names, filters);
  }

  filterInput(column) {
    if (!this.inputs.has(column.name)) {
      const input = el('input', { type: 'text', spellcheck: 'false', 'aria-label': `Filter ${column.name}`, placeholder: column.numeric ? '0.1..0.5' : 'text', 'data-column': column.name });
      input.addEventListener('input', () => this.filterBy(column, input));
      this.inputs.set(column.name, input);
    }
    return this.inputs.get(column.name);
  }

  filterBy(column, input) {
    const text = input.value.trim();
    const test = text ? columnTest(column, text) : null;
    this.mark(column, input, Boolean(text) && !test);
    const label = `${shorten(column.name, 30)}: ${shorten(text, 30)}`;
    const onRemove = () => { input.value = ''; this.mark(column, input, false); };
    this.filters.set(`column:${column.name}`, test, { label, onRemove });
    view.changed();
  }

  /** Says which texts below the columns' names can't be read. */
  mark(column, input, unreadable) {
    input.classList.toggle('invalid', unreadable);
    input.setAttribute('aria-invalid', String(unreadable));
    if (unreadable) this.unreadable.set(column.name, input.value.trim());
    else this.unreadable.delete(column.name);
    const node = byId('column-problem');
    node.hidden = !this.unreadable.size;
    const each = [...this.unreadable].map(([name, text]) => `${shorten(name, 40)}: “${shorten(text, 40)}” is no number`);
    node.textContent = !each.length ? '' : `Not applied, it filters nothing. ${each.join('; ')}. What can be read: 0.1, 0.1..0.5, >0.1, <=5, !=3, none.`;
  }

  /** An unreadable text filters nothing, so clearing all filters has to empty it too. */
  clearInputs() {
    this.inputs.forEach((input, name) => { input.value = ''; this.mark(this.study.column(name), input, false); });
  }

  /** The sorting, the filters below the names and the ticked rows, in the address. */
  addToView() {
    const { study } = this;
    view.add('sort', () => (this.sort.name === 'rank' && !this.sort.descending ? '' : `${this.sort.descending ? '-' : ''}${this.sort.name}`), (text) => {
      const descending = text.startsWith('-') && !study.column(text);
      const name = (descending ? text.slice(1) : text) || 'rank';
      if (study.n && !study.column(name)) throw new Error('no such column');
      this.sortAs(name, descending);
    });
    for (const column of study.columns.values()) {
      view.add(`in.${column.name}`, () => this.inputs.get(column.name)?.value.trim() ?? '', (text) => {
        const input = this.filterInput(column);
        input.value = text;
        this.filterBy(column, input);
      });
    }
    view.add('ticked', () => packed([...this.selected].slice(0, MOST_IN_ADDRESS).map((row) => study.rowKey(row))), (text) => {
      const rows = unpacked(text).map((key) => study.rowOf(key));
      this.select(rows.filter((row) => row !== undefined), true);
      if (rows.includes(undefined)) throw new Error('no such trial');
    });
  }

  cellClass(column) {
    return [column.numeric ? 'number' : 'text', column.name === 'name' ? 'name' : ''].join(' ').trim();
  }

  /** In characters; texts of a sample of rows have room, very long ones do not. */
  width(column) {
    let longest = column.name.length + 2;
    const step = Math.max(1, Math.floor(this.study.n / 200));
    for (let row = 0; row < this.study.n; row += step) longest = Math.max(longest, this.cellText(column, row).length);
    const most = column.numeric ? 20 : column.name === 'reason' ? 48 : 28;
    return Math.min(most, Math.max(6, longest)) + (column.name === 'status' ? 2 : 0);
  }

  cellText(column, row) {
    const objective = this.study.objectives.findIndex((one) => one.column === column);
    return objective < 0 ? column.text(row) : this.study.objectiveText(row, objective);
  }

  sortBy(column) {
    const objective = this.study.objectives.find((one) => one.column === column);
    const first = objective ? objective.maximize : false;
    this.sortAs(column.name, this.sort.name === column.name ? !this.sort.descending : first);
    this.head.querySelector(`th[aria-sort]:not([aria-sort=none]) button`)?.focus({ preventScroll: true });
    view.changed();
  }

  sortAs(name, descending) {
    this.sort = { name, descending };
    this.applySort();
    this.buildHead();
    this.update();
  }

  /** Sorts all rows once, keeping the order of equal ones; filters then only pick from them. */
  applySort() {
    const column = this.study.column(this.sort.name);
    if (column) this.order = Int32Array.from(this.order).sort(column.comparer(this.sort.descending));
  }

  /** Takes the rows that pass the filters. */
  update() {
    const mask = new Uint8Array(this.study.n);
    for (const row of this.filters.rows()) mask[row] = 1;
    this.rows = this.order.filter((row) => mask[row]);
    this.active = Math.min(this.active, Math.max(0, this.rows.length - 1));
    this.table.setAttribute('aria-rowcount', String(this.rows.length + 2));
    this.body.replaceChildren();
    this.draw();
  }

  draw() {
    const first = Math.max(0, Math.floor(this.scroll.scrollTop / ROW_HEIGHT) - ROWS_AROUND);
    const count = Math.ceil(this.scroll.clientHeight / ROW_HEIGHT) + 2 * ROWS_AROUND;
    const last = Math.min(this.rows.length, first + count);
    const nodes = [spacer(first)];
    for (let place = first; place < last; place++) nodes.push(this.rowNode(place));
    nodes.push(spacer(this.rows.length - last));
    if (!this.rows.length) {
      const why = this.study.n ? 'No trial passes the filters.' : 'There is no trial yet.';
      nodes.push(el('tr', {}, el('td', { class: 'empty', colspan: this.columns.length + 1 }, why)));
    }
    this.body.replaceChildren(...nodes);
  }

  rowNode(place) {
    const row = this.rows[place];
    const ticked = this.selected.has(row);
    const box = el('input', { type: 'checkbox', tabindex: '-1', 'aria-label': `Compare ${this.study.rowName(row)}` });
    box.checked = ticked;
    const node = el('tr', {
      id: `row-${row}`, 'data-row': row, 'aria-rowindex': place + 3, 'aria-selected': String(ticked),
      class: [place === this.active ? 'active' : '', ticked ? 'ticked' : ''].join(' ').trim() || null,
    }, el('td', { class: 'tick' }, box));
    if (place === this.active) this.table.setAttribute('aria-activedescendant', node.id);
    for (const column of this.columns) node.append(this.cell(column, row));
    return node;
  }

  cell(column, row) {
    const text = this.cellText(column, row);
    const cell = el('td', { class: this.cellClass(column), title: text.length > 24 ? shorten(text, 500) : null });
    if (column.name === 'status') cell.append(statusMark(text));
    else if (!text) cell.append(el('span', { class: 'absent' }, '–'));
    else cell.append(shorten(text, 200));
    return cell;
  }

  click(event) {
    const node = event.target.closest('tr[data-row]');
    if (!node) return;
    const row = Number(node.dataset.row);
    this.active = this.rows.indexOf(row);
    if (event.target.closest('.tick')) this.toggle(row);
    else { this.draw(); this.onOpen(row); }
  }

  key(event) {
    if (event.target !== this.table) return;
    const page = Math.max(1, Math.floor(this.scroll.clientHeight / ROW_HEIGHT) - 3);
    const step = { ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page, Home: -Infinity, End: Infinity }[event.key];
    const row = this.rows[this.active];
    if (step !== undefined) this.moveTo(this.active + step);
    else if (event.key === 'Enter' && row !== undefined) this.onOpen(row);
    else if (event.key === ' ' && row !== undefined) this.toggle(row);
    else return;
    event.preventDefault();
  }

  moveTo(place) {
    this.active = Math.max(0, Math.min(this.rows.length - 1, place));
    const top = this.active * ROW_HEIGHT;
    const room = this.scroll.clientHeight - this.head.offsetHeight - ROW_HEIGHT - 16;
    if (top < this.scroll.scrollTop) this.scroll.scrollTop = top;
    else if (top > this.scroll.scrollTop + room) this.scroll.scrollTop = top - room;
    this.draw();
  }

  toggle(row) {
    this.select([row], !this.selected.has(row), true);
  }

  /** Ticks or unticks rows; without `add`, these alone are ticked. */
  select(rows, on, add = false) {
    if (!add) this.selected.clear();
    rows.forEach((row) => (on ? this.selected.add(row) : this.selected.delete(row)));
    this.draw();
    this.selectionChanged();
    this.onSelect();
  }

  selectionChanged() {
    const count = this.selected.size;
    this.selectionText.textContent = count ? `${plural(count, 'trial')} ticked` : '';
    byId('untick').hidden = !count;
  }

  save() {
    const quoted = (text) => (/[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
    const columns = [...this.study.columns.values()];
    const exact = (column, row) => {
      const value = column.value(row);
      if (value === undefined) return '';
      return typeof value === 'number' ? String(value) : textOf(value);
    };
    const lines = [columns.map((column) => quoted(column.name)).join(',')];
    for (const row of this.rows) lines.push(columns.map((column) => quoted(exact(column, row))).join(','));
    const url = URL.createObjectURL(new Blob([lines.join('\n') + '\n'], { type: 'text/csv' }));
    el('a', { href: url, download: `${this.study.name}.csv` }).click();
    setTimeout(() => URL.revokeObjectURL(url), 1000);
  }
}

const spacer = (rows) => el('tr', { class: 'spacer', 'aria-hidden': 'true' }, el('td', { style: `height: ${rows * ROW_HEIGHT}px` }));

const statusMark = (status) => el('span', { class: 'status', 'data-status': status }, status);
