// One trial in a drawer, and trials side by side.

const MOST_COMPARED = 12;
const COMPARED_AT_FIRST = 3;

class Drawer {
  constructor(study, table) {
    Object.assign(this, { study, table });
    this.node = byId('drawer');
    this.row = null;
    document.addEventListener('keydown', (event) => {
      if (event.key === 'Escape' && this.row !== null) this.close();
    });
  }

  open(row) {
    if (this.row === null) this.before = document.activeElement;
    this.row = row;
    const { study } = this;
    const trial = study.trial(row);
    const step = (by) => {
      const next = this.table.rows[this.table.rows.indexOf(row) + by];
      if (next !== undefined) { this.table.moveTo(this.table.rows.indexOf(next)); this.open(next); }
    };
    const button = (label, action, name = label) => el('button', { type: 'button', class: 'quiet', 'aria-label': name, on: { click: action } }, label);
    const tick = button(this.table.selected.has(row) ? 'Untick' : 'Tick to compare', () => { this.table.toggle(row); this.open(row); });
    this.node.replaceChildren(
      el('div', { class: 'drawer-head' },
        el('h2', { id: 'drawer-title' }, study.rowName(row)),
        button('↑', () => step(-1), 'Trial above'), button('↓', () => step(1), 'Trial below'), tick, button('×', () => this.close(), 'Close')),
      this.summary(row, trial),
      ...this.section('Parameters', this.pairs(study.parameters, row)),
      ...this.section('Metrics', this.pairs([...study.objectives.map(({ column }) => column), ...study.metrics], row)),
      ...this.section('Run it again', this.commands(trial)),
      ...this.section(plural(trial.runs.length, 'run'), this.runs(trial)),
    );
    this.node.hidden = false;
    this.node.scrollTop = 0;
    this.node.focus({ preventScroll: true });
    view.changed();
  }

  close() {
    this.node.hidden = true;
    this.row = null;
    this.before?.focus?.({ preventScroll: true });
    view.changed();
  }

  addToView() {
    view.add('open', () => (this.row === null ? '' : this.study.rowKey(this.row)), (key) => {
      const row = this.study.rowOf(key);
      if (key && row === undefined) throw new Error('no such trial');
      if (key) this.open(row);
      else if (this.row !== null) this.close();
    });
  }

  section(title, content) {
    return [el('h3', {}, title), content];
  }

  summary(row, trial) {
    const { study } = this;
    const text = (name) => study.column(name).text(row);
    const search = text('search');
    const facts = [
      ['id', trial.id], ['rank', text('rank')], ['trained', study.budgetText(row)], ['search', `${search}, trial ${text('number')}, round ${text('round')}, from ${text('origin')}`],
      ['took', `${duration(study.column('seconds').data[row])} on ${text('host')}`], ['finished', text('finished')],
      ['tags', text('tags').replaceAll(';', ', ')], ['about', text('description')],
    ];
    const reason = text('reason');
    return el('div', {},
      el('p', { class: 'headline' }, statusMark(text('status')), el('strong', {}, study.objectives.map((_, i) => study.objectiveText(row, i)).filter(Boolean).join('  ·  '))),
      reason ? el('p', { class: 'reason' }, reason) : null,
      pairList(facts.filter(([, value]) => value)));
  }

  pairs(columns, row) {
    const shown = columns.map((column, i) => {
      if (column.missing(row)) return null;
      const objective = this.study.objectives.findIndex((one) => one.column === column);
      const exact = column.numeric && !column.odd.has(row) ? String(column.data[row]) : column.text(row);
      return [column.name, objective >= 0 ? this.study.objectiveText(row, objective) : exact, i];
    }).filter(Boolean);
    return shown.length ? pairList(shown) : el('p', { class: 'muted' }, 'none');
  }

  commands(trial) {
    const { payload } = this.study;
    const said = (text) => el('p', { class: 'muted' }, text);
    return el('div', {},
      ...(payload.command ? [said('In the project\'s folder. This trial, and then all tables and pictures, anew:'), copyable(payload.command.replace(/retry(=|: \[)TRIAL/, `retry$1${trial.id}`))] : []),
      ...(payload.alone && trial.runs.length ? this.alone(trial, said) : [said('The training alone needs its own environment, which only Snakemake makes.')]));
  }

  /** The command for a training outside of the search, and what that starts. */
  alone(trial, said) {
    const line = (run) => `${this.study.payload.alone}/${trial.id}/${run.run}`;
    const place = el('div');
    const show = (name) => {
      const run = trial.runs.find((one) => one.run === name);
      const started = run.command ? el('details', {}, el('summary', { class: 'muted' }, 'The program and its arguments, as result.json has them'), el('pre', { class: 'log' }, run.command)) : '';
      place.replaceChildren(copyable(line(run)), started);
    };
    show(trial.runs[0].run);
    const chosen = trial.runs.length > 1 ? choice(null, 'run', trial.runs.map(({ run }) => [run, run]), trial.runs[0].run, show) : null;
    return [said('The training alone, as the search did it, with a folder of its own: nothing in results/ is touched.'), ...[chosen].filter(Boolean), place];
  }

  runs(trial) {
    const names = this.study.objectives.map(({ column }) => column.name);
    const head = el('tr', {}, ...['run', 'status', ...names, 'seed', 'seconds', 'MB', 'exit'].map((name) => el('th', { scope: 'col' }, name)));
    const number = (value) => el('td', { class: 'number' }, value === null || value === undefined ? '–' : formatNumber(value));
    const lines = trial.runs.map((run) => el('tr', {},
      el('td', {}, run.run), el('td', {}, statusMark(run.status)), ...names.map((_, i) => number(run.values[i])),
      number(run.seed), number(run.seconds), number(run.max_rss_mb), el('td', {}, run.signal ?? String(run.exit_code ?? '–'))));
    const logs = trial.runs.map((run) => el('div', {},
      run.reason ? el('p', { class: 'reason' }, `${run.run}: ${run.reason}`) : null,
      el('p', { class: 'muted' }, ...(run.log ? ['The end of the log, all of it in ', el('code', {}, `${run.log}/`)] : ['The end of what it printed'])),
      run.tail ? el('pre', { class: 'log' }, run.tail) : el('p', { class: 'muted' }, 'It printed nothing, or the log is gone.')));
    return el('div', {}, el('div', { class: 'wide' }, el('table', { class: 'runs' }, el('thead', {}, head), el('tbody', {}, ...lines))), ...logs);
  }
}

function pairList(pairs) {
  return el('dl', { class: 'pairs' }, ...pairs.flatMap(([name, value]) => [el('dt', {}, name), el('dd', {}, shorten(value, 2000))]));
}

/** The ticked trials in columns, or the best ones; a line whose values are not all the same is marked. */
class Comparison {
  constructor(study, filters, table, onOpen) {
    Object.assign(this, { study, filters, table, onOpen });
    this.onlyDifferences = false;
    this.node = byId('compare');
    byId('compare-controls').append(checkbox('compare.differences', 'differences only', false, (on) => { this.onlyDifferences = on; this.draw(); }));
  }

  draw() {
    const { study } = this;
    const { selected } = this.table;
    const rows = selected.size ? [...selected].slice(0, MOST_COMPARED) : bestRows(study, this.filters.rows(), COMPARED_AT_FIRST);
    if (rows.length < 2) {
      this.node.replaceChildren(el('p', { class: 'empty' }, 'Tick two or more trials in the table to compare them here.'));
      return;
    }
    const columns = this.table.arranged().filter((column) => !['name', 'trial', 'value', 'value_sd', 'value_se'].includes(column.name) && rows.some((row) => !column.missing(row)));
    const head = el('tr', {}, el('th', { scope: 'col' }, el('span', { class: 'visually-hidden' }, 'Column')), ...rows.map((row) => el('th', { scope: 'col' },
      el('button', { type: 'button', class: 'quiet', title: study.rowName(row), on: { click: () => this.onOpen(row) } }, shorten(study.rowName(row), 18)))));
    const lines = columns.map((column) => this.line(column, rows)).filter(Boolean);
    const budgets = new Set(rows.map((row) => study.budgetOf(row))).size > 1 ? ' Values of different budgets are not to be compared: the best one is marked among those that were trained furthest.' : '';
    const note = !selected.size ? 'The best trials that pass the filters; tick trials in the table to choose.'
      : selected.size > rows.length ? `The first ${rows.length} of ${selected.size} ticked trials.` : '';
    this.node.replaceChildren(el('table', {}, el('thead', {}, head), el('tbody', {}, ...lines)), el('p', { class: 'note' }, note + budgets));
  }

  line(column, rows) {
    const values = rows.map((row) => (column.missing(row) ? undefined : JSON.stringify(column.value(row))));
    const differs = new Set(values).size > 1;
    if (this.onlyDifferences && !differs) return null;
    const mark = el('span', { class: 'mark', 'aria-label': differs ? 'differs' : null }, differs ? '≠' : '');
    const best = this.best(column, rows);
    return el('tr', { class: differs ? 'differs' : null }, el('th', { scope: 'row', title: column.name }, mark, shorten(column.name, 40)),
      ...rows.map((row) => {
        const text = this.table.cellText(column, row);
        const cell = el('td', { class: [column.numeric ? 'number' : 'text', row === best && differs ? 'best' : ''].join(' ').trim() });
        cell.append(column.name === 'status' ? statusMark(text) : text ? shorten(text, 300) : el('span', { class: 'absent' }, '–'));
        return cell;
      }));
  }

  /** The row with the best value of an objective, of those that were trained furthest. */
  best(column, rows) {
    const objective = this.study.objectives.find((one) => one.column === column);
    if (!objective) return null;
    const sign = objective.maximize ? -1 : 1;
    const complete = rows.filter((row) => this.study.complete(row) && Number.isFinite(column.data[row]));
    const furthest = Math.max(...complete.map((row) => this.study.budgetOf(row)));
    return complete.filter((row) => this.study.budgetOf(row) === furthest).sort((a, b) => sign * (column.data[a] - column.data[b]))[0] ?? null;
  }
}
