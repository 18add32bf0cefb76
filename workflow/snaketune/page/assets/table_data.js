// The table in memory: typed columns, read by row.

// Trials with the same budget that charts of parameters need at least, if there are so many with any.
const ENOUGH_ALIKE = 5;

class Column {
  constructor({ name, role, log, kind, values, levels, codes, odd = {} }) {
    Object.assign(this, { name, role, log, kind, levels });
    this.numeric = kind === 'number';
    this.odd = new Map(Object.entries(odd).map(([row, value]) => [Number(row), value]));
    // A missing number is NaN, a missing text has code -1.
    this.data = this.numeric ? Float64Array.from(values, (value) => (value === null ? NaN : value)) : Int32Array.from(codes);
    this.levelTexts = this.numeric ? [] : levels.map(textOf);
  }

  missing(row) {
    return this.numeric ? Number.isNaN(this.data[row]) && !this.odd.has(row) : this.data[row] < 0;
  }

  /** A place on an axis: the number itself, or the place of the text among the levels; NaN where there is none. */
  place(row) {
    if (this.numeric) return this.data[row];
    return this.data[row] < 0 ? NaN : this.data[row];
  }

  /** The value as an expression sees it; undefined where there is none. */
  value(row) {
    if (this.missing(row)) return undefined;
    if (!this.numeric) return this.levels[this.data[row]];
    return this.odd.has(row) ? Number(this.odd.get(row)) : this.data[row];
  }

  text(row) {
    if (this.missing(row)) return '';
    if (!this.numeric) return this.levelTexts[this.data[row]];
    return this.odd.get(row) ?? formatNumber(this.data[row]);
  }

  get empty() {
    return this.extent === null && (this.numeric ? !this.odd.size : !this.levels.length);
  }

  /** [least, greatest] place of all rows, or null. */
  get extent() {
    if (this._extent === undefined) this._extent = extentOf(this.data.filter((v) => this.numeric ? Number.isFinite(v) : v >= 0));
    return this._extent;
  }

  /** The distinct numbers, sorted; at most `most + 1` of them are looked for. */
  distinct(most) {
    const found = new Set();
    for (const value of this.data) {
      if (!Number.isNaN(value)) found.add(value);
      if (found.size > most) break;
    }
    return [...found].sort((a, b) => a - b);
  }

  /** Sorts by this column; what is missing comes last in either direction. */
  comparer(descending) {
    const sign = descending ? -1 : 1;
    let rank = this.data;
    if (!this.numeric) {
      const order = this.levels.map((_, i) => i);
      // A parameter's choices have an order of their own.
      if (this.role !== 'parameter' && this.name !== 'status') {
        order.sort((a, b) => this.levelTexts[a].localeCompare(this.levelTexts[b], 'en', { numeric: true }));
      }
      const place = new Int32Array(order.length);
      order.forEach((level, i) => { place[level] = i; });
      rank = this.data.map((code) => (code < 0 ? -1 : place[code]));
    }
    const { numeric } = this;
    return (a, b) => {
      const [x, y] = [rank[a], rank[b]];
      const [noX, noY] = numeric ? [x !== x, y !== y] : [x < 0, y < 0];
      if (noX || noY) return noX - noY;
      return sign * (x - y);
    };
  }
}

/** The complete ones of the rows, best first, each trial once: the row of the search that has trained it furthest. */
function bestRows(study, rows, most) {
  const rank = study.column('rank');
  const row = new Map();
  for (const one of rows) {
    const known = row.get(rank.data[one]);
    if (!rank.missing(one) && (known === undefined || study.budgetOf(one) > study.budgetOf(known))) row.set(rank.data[one], one);
  }
  return [...row].sort(([a], [b]) => a - b).slice(0, most).map(([, one]) => one);
}

function extentOf(numbers) {
  let [low, high] = [Infinity, -Infinity];
  for (const value of numbers) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return low <= high ? [low, high] : null;
}

class Study {
  constructor(payload) {
    this.payload = payload;
    this.name = payload.study;
    this.objectives = [];
    this.n = payload.trial_of_row.length;
    this.columns = new Map(payload.columns.map((column) => [column.name, new Column(column)]));
    const all = [...this.columns.values()];
    all.filter((column) => column.role === 'objective').forEach((column, i) => {
      const { direction, optimum = null } = payload.objectives[i];
      this.objectives.push({ column, maximize: direction === 'maximize', optimum });
    });
    // Results that span orders of magnitude are shown on logarithmic axes, as parameters are that the study says so of.
    for (const column of all.filter(({ role, numeric, extent }) => ['objective', 'metric'].includes(role) && numeric && extent?.[0] > 0)) {
      column.log = spansOrders(column.data, this.objectives.some((one) => one.column === column && !one.maximize));
    }
    this.parameters = all.filter((column) => column.role === 'parameter');
    this.metrics = all.filter((column) => column.role === 'metric');
    this.searches = payload.searches;
    this._hover = [];
  }

  column(name) {
    return this.columns.get(name);
  }

  get allRows() {
    return Int32Array.from({ length: this.n }, (_, i) => i);
  }

  trial(row) {
    return this.payload.trials[this.payload.trial_of_row[row]];
  }

  /** The runs of a row's trial that its values are of: with budgets, those with its own. */
  runs(row) {
    const { runs } = this.trial(row);
    if (!this.payload.budget || this.column('budget').missing(row)) return runs;
    const budget = this.column('budget').data[row];
    return runs.filter(({ run }) => Number(run.split('b')[1]) === Number(budget.toPrecision(6)));
  }

  complete(row) {
    return this.column('status').value(row) === 'complete';
  }

  feasible(row) {
    const column = this.column('feasible');
    return !column || column.value(row) === true;
  }

  /** Whether a row's trial was trained with the full budget; without budgets all are. */
  full(row) {
    return this.budgetOf(row) === (this.payload.budget?.full ?? 1);
  }

  /** With how much a row's trial has ended; that without a budget counts as trained in full, 1 where there are none. */
  budgetOf(row) {
    const { budget } = this.payload;
    return !budget ? 1 : this.column('budget').missing(row) ? budget.full : this.column('budget').data[row];
  }

  /** `27 epochs`, with which a row's trial has ended; "" without budgets. */
  budgetText(row) {
    return !this.payload.budget || this.column('budget').missing(row) ? '' : this.amountText(this.budgetOf(row));
  }

  /** So much of the budget in words; of its name, which is the user's, no singular is known. */
  amountText(amount) {
    const { name } = this.payload.budget;
    return amount > 1 ? `${formatNumber(amount)} ${name}` : `a budget of ${formatNumber(amount)} (${name})`;
  }

  /**
   * The rows whose values can be compared: of trials with different budgets those with one of them, the largest that
   * enough have, and those without a value; and what has to be said of it.
   */
  alike(rows) {
    if (!this.payload.budget) return { rows, note: '' };
    const budgetOf = (row) => this.budgetOf(row);
    const complete = rows.filter((row) => this.complete(row));
    const counts = new Map();
    for (const row of complete) counts.set(budgetOf(row), (counts.get(budgetOf(row)) ?? 0) + 1);
    if (counts.size < 2) return { rows, note: '' };
    const enough = [...counts].filter(([, count]) => count >= ENOUGH_ALIKE).map(([budget]) => budget);
    const chosen = Math.max(...(enough.length ? enough : counts.keys()));
    return {
      rows: rows.filter((row) => !this.complete(row) || budgetOf(row) === chosen),
      note: `Only ${plural(counts.get(chosen), 'trial')} that ended with ${this.amountText(chosen)}; the values of the others are of other budgets. `,
    };
  }

  rowName(row) {
    return this.column('name').text(row) || this.column('trial').text(row);
  }

  /** What a row is called in the address: it stays when further trials come. */
  rowKey(row) {
    return `${this.column('search').text(row)}/${this.column('number').text(row)}`;
  }

  rowOf(key) {
    this._rows ??= new Map(Array.from(this.allRows, (row) => [this.rowKey(row), row]));
    return this._rows.get(key);
  }

  /** `objective ± error`, or as much of it as there is. */
  objectiveText(row, i = 0) {
    const shown = this.objectives[i].column.text(row);
    const error = i === 0 ? this.column('value_se').place(row) : NaN;
    return shown && Number.isFinite(error) ? `${shown} ± ${formatNumber(error, 2)}` : shown;
  }

  /** What a chart says of a row that the pointer is on. */
  hover(row) {
    if (!this._hover[row]) {
      const lines = [`<b>${chartText(this.rowName(row))}</b>  ${this.column('status').text(row)}`];
      this.objectives.forEach(({ column }, i) => {
        if (!column.missing(row)) lines.push(`${chartText(column.name)}  <b>${this.objectiveText(row, i)}</b>`);
      });
      if (this.budgetText(row)) lines.push(chartText(`with ${this.budgetText(row)}`));
      for (const parameter of this.parameters.slice(0, 12)) {
        if (!parameter.missing(row)) lines.push(`${chartText(parameter.name)}  ${chartText(parameter.text(row))}`);
      }
      const reason = this.column('reason').text(row);
      if (reason) lines.push(chartText(reason, 70));
      this._hover[row] = lines.join('<br>');
    }
    return this._hover[row];
  }
}

/** Numeric columns, and texts with few enough different values to be an axis. */
const axisColumns = (study) => [...study.columns.values()].filter(
  (column) => !column.empty && !['trial', 'name', 'reason', 'description', 'started', 'finished'].includes(column.name) && (column.numeric || column.levels.length <= 60));

const asChoices = (columns) => columns.map((column) => [column.name, column.name]);

/** Parameters by how much of the objective's spread the means of groups of similar values explain, most first. */
function influential(study, columns) {
  const objective = study.objectives[0]?.column;
  if (!objective) return [];
  const rows = Array.from(study.allRows).filter((row) => Number.isFinite(objective.place(row)));
  const rank = new Float64Array(study.n);
  [...rows].sort((a, b) => objective.data[a] - objective.data[b]).forEach((row, i) => { rank[row] = i; });
  const explained = (column) => {
    const present = rows.filter((row) => Number.isFinite(column.place(row))).sort((a, b) => column.place(a) - column.place(b));
    const continuous = column.numeric && column.distinct(8).length > 8;
    const sums = new Map();
    const mean = (present.length - 1) / 2;
    present.forEach((row, i) => {
      const group = continuous ? Math.floor((i * 6) / present.length) : column.place(row);
      const sum = sums.get(group) ?? [0, 0];
      sums.set(group, [sum[0] + rank[row] - mean, sum[1] + 1]);
    });
    return [...sums.values()].reduce((total, [sum, count]) => total + (sum * sum) / count, 0);
  };
  return columns.map((column) => [explained(column), column]).sort((a, b) => b[0] - a[0]).map(([, column]) => column);
}
