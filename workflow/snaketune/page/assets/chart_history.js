// Best so far: every trial in its order, and the best value until then; or how far that is from a known optimum.

function historyChart(study, filters, onOpen) {
  const { objectives } = study;
  const { whole } = study.payload;
  const state = { by: 'trials', objective: 0, show: 'regret' };
  const chart = new Chart('history', draw, onOpen);
  const change = (name) => (value) => { state[name] = name === 'objective' ? Number(value) : value; chart.invalidate(); };
  if (objectives.length > 1) {
    chart.controls.append(choice('history.of', 'of', objectives.map(({ column }, i) => [i, column.name]), '0', change('objective')));
  }
  if (objectives.some(({ optimum }) => optimum !== null)) {
    chart.controls.append(choice('history.show', 'as', [['regret', 'regret'], ['value', 'value']], 'regret', change('show')));
  }
  chart.controls.append(choice('history.by', 'by', [['trials', 'trials'], ['time', 'wall-clock time'], ['cost', 'run time spent']], 'trials', change('by')));
  const logBox = new LogBox('history.log', 'log', () => chart.invalidate());
  chart.controls.append(logBox.node);

  const number = study.column('number');
  const seconds = study.column('seconds');
  const finished = study.column('finished');
  const searchOf = study.column('search');

  /** The rows of each search in the order that counts, with their places on the x axis. */
  function ordered() {
    return study.searches.map((search) => {
      const rows = study.allRows.filter((row) => searchOf.value(row) === search.name);
      const time = state.by === 'time' ? Float64Array.from(study.allRows, (row) => Date.parse(finished.text(row))) : null;
      rows.sort((a, b) => (time ? time[a] - time[b] : 0) || number.data[a] - number.data[b]);
      let spent = 0;
      const x = Array.from(rows, (row, i) => {
        spent += seconds.data[row] || 0;
        if (whole) return { trials: number.data[row] + 1, time: finished.text(row), cost: whole.spent[row] }[state.by];
        return { trials: i + 1, time: finished.text(row), cost: spent }[state.by];
      });
      return { search, rows, x };
    }).filter(({ rows }) => rows.length);
  }

  function draw() {
    const objective = objectives[state.objective];
    if (!objective) return chart.say('There is no trial yet.');
    const { column, maximize, optimum } = objective;
    if (!column.numeric) return chart.say('No trial is complete.');
    const regret = state.show === 'regret' && optimum !== null;
    const value = (row) => (!regret ? column.data[row] : maximize ? optimum - column.data[row] : column.data[row] - optimum);
    const less = regret || !maximize;
    const passing = new Uint8Array(study.n);
    for (const row of filters.rows()) passing[row] = 1;
    const hasValue = (row) => study.complete(row) && Number.isFinite(column.data[row]);
    const parts = ordered();
    const values = Array.from(study.allRows, value);
    const log = logBox.of(values, regret || spansOrders(values, less));
    const lines = [], points = [], bests = [];
    const dim = { rows: [], x: [] }, lost = { rows: [], x: [] };
    const inPart = parts.some(({ rows }) => rows.some((row) => hasValue(row) && !study.full(row)));
    let [count, drawn] = [0, 0];
    for (const { search, rows, x } of parts) {
      const colour = searchColour(study, search.name);
      const best = { x: [], y: [] }, own = { rows: [], x: [] };
      rows.forEach((row, i) => {
        const target = !hasValue(row) ? lost : passing[row] ? own : dim;
        target.rows.push(row);
        target.x.push(x[i]);
        if (!hasValue(row) || !study.feasible(row) || !study.full(row)) return;
        const previous = best.y.at(-1);
        if (previous === undefined || (less ? value(row) < previous : value(row) > previous)) { best.x.push(x[i]); best.y.push(value(row)); }
      });
      bests.push(...best.y);
      if (best.y.length) { best.x.push(x.at(-1)); best.y.push(best.y.at(-1)); }
      const place = new Map(own.rows.map((row, i) => [row, own.x[i]]));
      const chosen = picked(study, own.rows, Math.ceil(MOST_POINTS / parts.length));
      const shown = { rows: chosen, x: chosen.map((row) => place.get(row)) };
      [count, drawn] = [count + own.rows.length, drawn + shown.rows.length];
      points.push(pointTrace(study, shown.rows, shown.x, shown.rows.map(value), {
        name: search.name, showlegend: false, marker: { ...DOTS, size: 6, color: colour, opacity: isDark() ? 0.75 : 0.45, ...(inPart ? { symbol: shown.rows.map((row) => (study.full(row) ? 'circle' : 'circle-open')) } : {}) },
      }));
      lines.push({
        type: 'scatter', mode: 'lines', x: best.x, y: best.y, name: chartText(search.name, 24), line: { shape: 'hv', width: 2.5, color: colour },
        hoverinfo: 'skip',
      });
    }
    const others = evenlyOf(dim, MOST_FAINT);
    const without = evenlyOf(lost, MOST_FAINT);
    const range = axisRange(values, log, bests);
    const name = regret ? `${column.name}: distance from ${formatNumber(optimum)}` : column.name;
    const y = axis(name, range ? { range, ...(log ? { type: 'log' } : {}) } : { range: [0, 1], showticklabels: false });
    const traces = [
      pointTrace(study, others.rows, others.x, others.rows.map(value), { marker: { ...DOTS, size: 5, color: css('--faint') }, showlegend: false }),
      ...points, ...lines,
    ];
    if (lost.rows.length) traces.push(withoutValueTrace(study, without.rows, without.x));
    const title = { trials: 'trials of the search', time: 'time (UTC)', cost: 'run time spent by the search (s)' }[state.by];
    const x = axis(title, state.by === 'time' ? { type: 'date' } : { rangemode: 'tozero' });
    chart.plot(traces, layout({ ...axesWithStrip(lost.rows.length, x, y), showlegend: parts.length > 1 }));
    const budgets = !inPart ? '' : bests.length ? 'Line: with the full budget; hollow: trials with less. ' : 'No complete trial has the full budget; hollow: with less. ';
    chart.note(range ? budgets + pickedNote(drawn, count) + lostNote(without.rows.length, lost.rows.length) + outside(values, range, log) : 'No trial is complete.');
  }
  return chart;
}
