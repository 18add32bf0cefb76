// Learning curves of the ticked trials, or of the best ones.

const CURVES_AT_FIRST = 5;
const MOST_CURVES = 24;
// How the ends of curves are marked that are not those of a whole training.
const END_SYMBOLS = { pruned: 'triangle-down-open', failed: 'x-thin', 'did not go on': 'line-ns' };
const DASHES = ['solid', 'dash', 'dot', 'dashdot'];

function curvesChart(study, filters, table, onOpen) {
  const rules = study.payload.rules;
  const names = new Set(study.payload.trials.flatMap(({ curves }) => Object.values(curves).flatMap((curve) => Object.keys(curve))));
  names.delete('step');
  const chart = new Chart('curves', draw, onOpen);
  if (!names.size) {
    chart.draw = () => chart.say('No run has reported a history (history.jsonl).');
    return chart;
  }
  const preferred = study.objectives.map(({ column }) => column.name).find((name) => names.has(name)) ?? [...names][0];
  const state = { metric: preferred };
  const logBox = new LogBox('curves.log', 'log', () => chart.invalidate());
  chart.controls.append(
    choice('curves.of', 'of', [...names].map((name) => [name, name]), state.metric, (name) => { state.metric = name; chart.invalidate(); }),
    logBox.node);

  const drawable = (row) => Object.values(study.trial(row).curves).some((curve) => curve[state.metric]);

  function chosen() {
    const ticked = [...table.selected];
    const rank = study.column('rank');
    const place = (row) => (rank.missing(row) ? Infinity : rank.data[row]);
    const from = ticked.length ? ticked : Array.from(filters.rows()).filter(drawable).sort((a, b) => place(a) - place(b) || a - b);
    const seen = new Set();
    const distinct = from.filter((row) => drawable(row) && !seen.has(study.trial(row).id) && seen.add(study.trial(row).id));
    return { rows: distinct.slice(0, ticked.length ? MOST_CURVES : CURVES_AT_FIRST), ticked, all: distinct.length };
  }

  function draw() {
    const { rows, ticked, all } = chosen();
    if (!rows.length) return chart.say(ticked.length ? 'No ticked trial has a curve of this metric.' : 'No trial that passes the filters has a curve of this metric.');
    const traces = rows.flatMap((row, i) => Object.entries(study.trial(row).curves).filter(([, curve]) => curve[state.metric]).map(([run, curve], j) => ({
      type: 'scatter', mode: curve.step.length === 1 ? 'markers' : 'lines', x: curve.step, y: curve[state.metric], connectgaps: true,
      name: chartText(study.rowName(row), 22), legendgroup: String(row), showlegend: j === 0,
      line: { width: j ? 1 : 2, color: OKABE_ITO[i % OKABE_ITO.length], dash: DASHES[Math.floor(i / OKABE_ITO.length) % DASHES.length] },
      customdata: curve.step.map(() => row),
      hovertemplate: `${chartText(study.rowName(row)).replaceAll('%', '%&#8203;')} ${run}<br>step %{x}: <b>%{y:.5~g}</b><extra></extra>`,
    })));
    const ends = rows.flatMap((row) => Object.entries(study.trial(row).curves).filter(([, curve]) => curve[state.metric]).map(([run, curve]) => {
      const status = study.trial(row).runs.find((one) => one.run === run)?.status;
      const kind = status === 'pruned' ? 'pruned' : status !== 'complete' ? 'failed' : study.full(row) ? null : 'did not go on';
      const last = curve[state.metric].findLastIndex((value) => value !== null);
      return { row, kind, x: curve.step[last], y: curve[state.metric][last] };
    })).filter(({ kind }) => kind);
    for (const [kind, symbol] of Object.entries(END_SYMBOLS)) {
      const own = ends.filter((end) => end.kind === kind);
      if (own.length) traces.push(pointTrace(study, own.map(({ row }) => row), own.map(({ x }) => x), own.map(({ y }) => y), {
        name: kind, marker: { symbol, size: 9, color: css('--text'), line: { width: 1.5, color: css('--text') } },
      }));
    }
    const values = traces.flatMap((trace) => trace.y.filter((value) => value !== null));
    const maximize = study.objectives.some((one) => one.column.name === state.metric && one.maximize);
    const log = logBox.of(values, spansOrders(values, !maximize));
    chart.plot(traces, layout({
      xaxis: axis('step'), yaxis: axis(state.metric, { range: axisRange(values, log), ...(log ? { type: 'log' } : {}) }), showlegend: true,
    }));
    const which = ticked.length ? (all > rows.length ? `The first ${rows.length} of ${all} ticked trials.` : '') : `The best ${rows.length > 1 ? `${rows.length} trials that pass` : 'trial that passes'} the filters; tick trials in the table to choose.`;
    chart.note(`${which} At most ${rules.curve_points} points a curve.`);
  }
  return chart;
}
