// The little that pages do beyond HTML: everything works without it.
import { initAll } from './govuk-frontend.js'
import './forms.js'
import './files.js'
import './language.js'
import './search.js'

initAll()

// A drawing that is wider than its place begins where it says: the time line at today.
for (const place of document.querySelectorAll('[data-begin]')) {
  const drawing = place.querySelector('svg')
  place.scrollLeft = (place.dataset.begin / drawing.viewBox.baseVal.width) * place.scrollWidth - place.clientWidth / 2
}

// What a request brought in has components of its own.
document.addEventListener('htmx:afterSwap', (event) => initAll({ scope: event.target }))
document.addEventListener('luyue:swap', () => {
  const main = document.getElementById('main')
  initAll({ scope: main })
  window.htmx.process(main)
  showPickers(main)
})

// A filter is marked by the fault that came beside it with the answer.
document.addEventListener('htmx:afterSettle', () => {
  for (const field of document.querySelectorAll('form.filters [aria-describedby$="-error"]')) {
    if (document.getElementById(`${field.id}-error`)?.textContent.trim()) field.setAttribute('aria-invalid', 'true')
    else field.removeAttribute('aria-invalid')
  }
})

// A day can be picked as well as typed. The picker is the browser's own; the field beside it takes what it chose.
const showPickers = (within) => within.querySelectorAll('[data-picks]').forEach((picks) => { picks.hidden = false })
showPickers(document)
document.addEventListener('htmx:afterSwap', () => showPickers(document))

// A table that is wider than its place says so below it.
const tellWidth = new ResizeObserver((entries) => entries.forEach(({ target }) => {
  target.nextElementSibling.hidden = target.scrollWidth <= target.clientWidth
}))
const watchTables = () => document.querySelectorAll('[data-wide]').forEach((place) => tellWidth.observe(place))
watchTables()
document.addEventListener('htmx:afterSwap', watchTables)
document.addEventListener('luyue:swap', watchTables)

document.addEventListener('click', (event) => event.target.closest('[data-picks] button')?.nextElementSibling.showPicker())
document.addEventListener('change', (event) => {
  const picks = event.target.closest('[data-picks]')
  if (!picks) return
  event.stopPropagation()
  const field = document.getElementById(picks.dataset.picks)
  field.value = event.target.value
  field.dispatchEvent(new Event('change', { bubbles: true }))
})
