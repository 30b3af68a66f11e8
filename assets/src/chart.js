// Charts of reports and boards, drawn by Apache ECharts from the table that each is about. Without scripts the table is
// there alone. A bar leads where its figure in the table leads. Tooltips are drawn in the canvas, because the page's policy allows no inline styles.
import { init, use } from 'echarts/core'
import { BarChart } from 'echarts/charts'
import { GridComponent, LegendComponent, TooltipComponent } from 'echarts/components'
import { CanvasRenderer } from 'echarts/renderers'

use([BarChart, GridComponent, LegendComponent, TooltipComponent, CanvasRenderer])

const COLOURS = ['#0b4f6c', '#d97904', '#5b8c5a', '#8d3b72', '#9b2226', '#6b7280', '#3d7ea6', '#b08d57']
// Labels that a chart shows at most, the largest ones: more would be unreadable.
const MOST = 30
// Width in pixels below which a chart has fewer marks on its axis.
const NARROW = 500

// Reads labels and figures from a table; rows with the same label are added up.
function read(table) {
  const cells = (row) => [...row.cells]
  const columns = table.dataset.series.split(' ').map(Number)
  const headings = cells(table.tHead.rows[0]).map((cell) => cell.textContent)
  const sums = new Map()
  const links = new Map()
  for (const row of table.tBodies[0].rows) {
    const label = cells(row)[table.dataset.names].textContent
    const sum = sums.get(label) ?? columns.map(() => 0)
    sums.set(label, columns.map((column, at) => sum[at] + Number(row.cells[column].dataset.value ?? 0)))
    links.set(label, columns.map((column) => row.cells[column].querySelector('a')?.href))
  }
  return { names: columns.map((column) => headings[column]), rows: [...sums], links }
}

function draw(place) {
  const table = document.getElementById(place.dataset.chart)
  const isUpright = 'upright' in table.dataset
  const { names, rows, links } = read(table)
  const total = ([, figures]) => figures.reduce((sum, figure) => sum + figure, 0)
  const shown = isUpright ? rows : rows.sort((one, other) => total(other) - total(one)).slice(0, MOST)
  place.hidden = false
  place.style.height = `${isUpright ? 320 : 110 + shown.length * ('stacked' in table.dataset ? 30 : 48)}px`
  const labels = { type: 'category', data: shown.map(([label]) => label), inverse: !isUpright, axisTick: { show: false } }
  const marks = () => ({ splitNumber: place.clientWidth < NARROW ? 2 : 5 })
  const figures = { type: 'value', axisLabel: { hideOverlap: true, formatter: (value) => value.toLocaleString() } }
  const chart = init(place, null, { renderer: 'canvas' })
  chart.setOption({
    animation: false,
    color: COLOURS,
    textStyle: { fontFamily: getComputedStyle(document.body).fontFamily, fontSize: 14 },
    legend: { type: 'scroll', top: 0, textStyle: { fontSize: 14 } },
    grid: { top: 48, left: 8, right: 24, bottom: 8, containLabel: true },
    tooltip: { trigger: 'axis', axisPointer: { type: 'shadow' }, renderMode: 'richText', valueFormatter: (value) => value.toLocaleString() },
    xAxis: isUpright ? labels : figures,
    yAxis: isUpright ? figures : labels,
    series: names.map((name, at) => ({
      name,
      type: 'bar',
      stack: 'stacked' in table.dataset ? 'all' : undefined,
      cursor: [...links.values()].some((of) => of[at]) ? 'pointer' : 'default',
      data: shown.map(([, values]) => values[at]),
    })),
  })
  chart.on('click', ({ seriesIndex, dataIndex }) => {
    const address = links.get(shown[dataIndex][0])[seriesIndex]
    if (address) location.assign(address)
  })
  const fit = () => {
    chart.setOption({ [isUpright ? 'yAxis' : 'xAxis']: marks() })
    chart.resize()
  }
  new ResizeObserver(fit).observe(place)
}

for (const place of document.querySelectorAll('[data-chart]')) draw(place)
