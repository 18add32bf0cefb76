// Promotions: each trial's value with each of its budgets, a search or a bracket at a time, and which went on.

const MOST_PATHS = 400;

function promotionsChart(study, filters, onOpen) {
  const searchOf = study.column('search');
  const state = { of: null };
  const logBox = new LogBox('promotions.log', 'log', () => chart.invalidate());
  let ready = false;

  /** The brackets that there are, as [text of search and bracket, name]. */
  function brackets(data) {
    const found = new Map();
    data.row.forEach((row, i) => found.set(JSON.stringify([searchOf.value(row), data.bracket[i]]), [searchOf.value(row), data.bracket[i]]));
    const places = [...found.values()];
    const several = (search) => places.filter(([other]) => other === search).length > 1;
    const alone = new Set(places.map(([search]) => search)).size === 1;
    const called = (search, bracket) => (!several(search) ? search : alone ? `bracket ${bracket}` : `${search}, bracket ${bracket}`);
    return [...found].map(([key, [search, bracket]]) => [key, called(search, bracket)]);
  }

  const chart = annexChart('promotions', (self, data) => {
    if (!ready) {
      const choices = brackets(data);
      state.of = choices[0][0];
      if (choices.length > 1) self.controls.append(choice('promotions.of', 'of', choices, state.of, (value) => { state.of = value; self.invalidate(); }));
      self.controls.append(logBox.node);
      ready = true;
    }
    draw(self, data);
  }, onOpen);

  function draw(self, data) {
    const passing = new Set(filters.rows());
    const [search, bracket] = JSON.parse(state.of);
    const of = new Map();  // row -> its places, by ascending budget
    data.row.forEach((row, i) => {
      if (data.bracket[i] !== bracket || searchOf.value(row) !== search || !passing.has(row)) return;
      if (!of.has(row)) of.set(row, []);
      of.get(row).push(i);
    });
    if (!of.size) return self.say('No trial of it passes the filters.');
    for (const places of of.values()) places.sort((a, b) => data.budget[a] - data.budget[b]);
    const budgets = [...new Set([...of.values()].flat().map((i) => data.budget[i]))].sort((a, b) => a - b);
    const counts = budgets.map((budget) => [...of.values()].flat().filter((i) => data.budget[i] === budget).length);
    const value = (i) => (typeof data.value[i] === 'number' ? data.value[i] : NaN);
    const all = [...of.values()].flat();
    const log = logBox.of(all.map(value), false);
    // Those that went furthest first, of them the best.
    const maximize = study.objectives[0]?.maximize;
    const paths = [...of.values()].filter((places) => places.length > 1).sort((a, b) => b.length - a.length || (maximize ? -1 : 1) * (value(a.at(-1)) - value(b.at(-1))));
    const drawn = [...paths.slice(0, MOST_PATHS / 2), ...evenly(paths.slice(MOST_PATHS / 2), MOST_PATHS / 2)];
    const line = { x: [], y: [] };
    for (const places of drawn) {
      line.x.push(...places.map((i) => data.budget[i]), null);
      line.y.push(...places.map((i) => data.value[i]), null);
    }
    const stayed = [], went = [], lost = [];
    for (const places of of.values()) {
      places.forEach((i, k) => {
        const last = k === places.length - 1 && data.budget[i] < budgets.at(-1);
        (!Number.isFinite(value(i)) ? lost : last ? stayed : went).push(i);
      });
    }
    const points = (places, options) => {
      const some = evenly(places, MOST_POINTS / 2);
      return pointTrace(study, some.map((i) => data.row[i]), some.map((i) => data.budget[i]), some.map(value), options);
    };
    const traces = [
      { type: 'scatter', mode: 'lines', ...line, hoverinfo: 'skip', showlegend: false, line: { width: 1, color: OKABE_ITO[0] }, opacity: drawn.length > 60 ? 0.25 : 0.55 },
      points(stayed, { name: 'did not go on', marker: { ...DOTS, size: 6, color: css('--muted'), opacity: 0.7 } }),
      points(went, { name: 'went on', marker: { ...DOTS, size: 7, color: OKABE_ITO[0] } }),
    ];
    if (lost.length) traces.push(withoutValueTrace(study, lost.map((i) => data.row[i]), lost.map((i) => data.budget[i])));
    const range = axisRange(all.map(value), log);
    const x = {
      type: 'log', range: [Math.log10(budgets[0]) - 0.1, Math.log10(budgets.at(-1)) + 0.1],
      tickmode: 'array', tickvals: budgets, ticktext: budgets.map((budget, k) => `${formatNumber(budget)}<br>${counts[k]}`), minor: {},
    };
    const y = axis(study.objectives[0].column.name, range ? { range, ...(log ? { type: 'log' } : {}) } : { range: [0, 1], showticklabels: false });
    const across = { ...axis(study.payload.budget.name), ...x, dtick: undefined };
    self.plot(traces, layout({ ...axesWithStrip(lost.length, across, y), showlegend: true, margin: { l: 56, r: 16, t: 10, b: 60 } }));
    const some = drawn.length < paths.length ? `${drawn.length} of ${plural(paths.length, 'line')} drawn. ` : '';
    self.note(`Below a budget: how many trials got it. Values are to be compared within a budget. ${some}`);
  }
  return chart;
}
