// Budget spent: the best value with the full budget against what had been trained until then, and with any budget.

function spendingChart(study, filters, onOpen) {
  const logBox = new LogBox('spending.log', 'log', () => chart.invalidate());
  const chart = annexChart('spending', draw, onOpen);
  chart.controls.append(logBox.node);

  function draw(self, searches) {
    const { column, maximize } = study.objectives[0];
    const { name } = study.payload.budget;
    // What was best with less of the budget before may lie outside.
    const none = searches.every(({ best }) => !best.value.length);
    const shown = searches.flatMap(({ best, any }) => [...best.value, ...any.value.slice(none ? 0 : -1)]);
    if (!shown.length) return self.say('No trial is complete.');
    const log = logBox.of(shown, spansOrders(shown, !maximize));
    const traces = searches.filter(({ any }) => any.at.length).flatMap((search) => tracesOf(search));
    const range = axisRange(shown, log, shown);
    const y = axis(column.name, { ...(range ? { range } : {}), ...(log ? { type: 'log' } : {}) });
    self.plot(traces, layout({ xaxis: axis(`${name} trained`, { rangemode: 'tozero' }), yaxis: y, showlegend: true }));
    const parts = searches.some(({ total, in_full }) => total < in_full) ? ` In brackets: ${name} trained, and what training all trials in full would be.` : '';
    self.note(`${none ? 'No complete trial has the full budget. ' : ''}Line: best so far with the full budget; dotted: with any budget. Of all trials, whatever the filters.${parts} ${reached(searches, maximize)}`);
  }

  /** A search's two lines, and points that open the trials that were the best. */
  function tracesOf({ search, total, in_full, best, any }) {
    const color = searchColour(study, search);
    const line = ({ at, value }, style, more) => ({
      type: 'scatter', mode: 'lines', x: [...at, total], y: [...value, value.at(-1)], hoverinfo: 'skip', line: { shape: 'hv', color, ...style }, ...more,
    });
    const name = `${chartText(search, 24)} (${formatNumber(total)}${total < in_full ? ` of ${formatNumber(in_full)}` : ''})`;
    const there = best.row.map((_, i) => i).filter((i) => best.row[i] !== null);
    const points = ['row', 'at', 'value'].map((key) => there.map((i) => best[key][i]));
    return [
      line(any, { width: 1.2, dash: 'dot' }, { showlegend: false }),
      line(best, { width: 2.5 }, { name }),
      pointTrace(study, ...points, { showlegend: false, marker: { ...DOTS, color } }),
    ];
  }

  /** What others had spent when they were as good as the best of the first search that trains in full. */
  function reached(searches, maximize) {
    const full = searches.find(({ total, in_full, best }) => total >= in_full && best.at.length);
    const others = searches.filter((one) => one !== full);
    if (!full || !others.length) return '';
    const target = full.best.value.at(-1);
    const when = others.map(({ search, best }) => {
      const place = best.value.findIndex((value) => (maximize ? value >= target : value <= target));
      return place < 0 ? `not reached by ${search}` : `reached by ${search} after ${formatNumber(best.at[place])}`;
    });
    return `The best of ${full.search} (${formatNumber(target)}, after ${formatNumber(full.best.at.at(-1))}) was ${when.join(', ')}.`;
  }
  return chart;
}
