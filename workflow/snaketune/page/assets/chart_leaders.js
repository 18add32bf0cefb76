// The best trials with their spread.

const MOST_LEADERS = 15;

function leadersChart(study, filters, onOpen) {
  const chart = new Chart('leaders', draw, onOpen);
  function draw() {
    const objective = study.objectives[0];
    const rows = bestRows(study, filters.rows(), MOST_LEADERS);
    if (!rows.length) return chart.say('No complete trial passes the filters.');
    const { column } = objective;
    const error = study.column('value_se');
    const places = rows.map((_, i) => i);
    const runs = rows.flatMap((row, i) => study.runs(row).filter((run) => run.values[0] !== null).map((run) => [run.values[0], i, row, run.run]));
    const values = rows.map((row) => column.data[row]);
    const inPart = rows.some((row) => !study.full(row));
    const called = (row) => chartText(study.rowName(row), 22) + (inPart ? ` (${formatNumber(study.budgetOf(row))})` : '');
    const log = column.log && spansOrders(values, true);
    const traces = [];
    if (runs.length > rows.length) {
      traces.push({
        type: 'scatter', mode: 'markers', x: runs.map(([value]) => value), y: runs.map(([, i]) => i), customdata: runs.map(([, , row]) => row),
        hovertext: runs.map(([value, , row, run]) => `${chartText(study.rowName(row))} ${run}<br><b>${formatNumber(value)}</b>`), hoverinfo: 'text',
        marker: { symbol: 'line-ns', size: 9, line: { width: 1.5, color: css('--muted') } },
      });
    }
    traces.push(pointTrace(study, rows, rows.map((row) => column.data[row]), places, {
      marker: {
        ...DOTS, size: 9, color: rows.map((row) => searchColour(study, study.column('search').value(row))),
        ...(inPart ? { symbol: rows.map((row) => (study.full(row) ? 'circle' : 'circle-open')) } : {}),
      },
      error_x: error.empty ? undefined : { type: 'data', array: rows.map((row) => error.place(row)), thickness: 1.5, width: 4, color: css('--muted') },
    }));
    chart.plot(traces, layout({
      xaxis: axis(column.name, { nticks: 6, ...(log ? { type: 'log', range: axisRange(values, true, values) } : {}) }),
      yaxis: axis('', { autorange: 'reversed', tickmode: 'array', tickvals: places, ticktext: rows.map(called), showgrid: true }),
    }));
    const n = Math.max(...rows.map((row) => study.runs(row).length));
    const budgets = inPart ? `In brackets: ${study.payload.budget.name}. Hollow: with less than the full budget, so behind all that have more, whatever their value. ` : '';
    chart.note(budgets + (n > 1 ? `${study.payload.aggregate} over the runs of a trial with its standard error; bars are single runs.` : 'One run each: there is no spread to show.'));
  }
  return chart;
}
