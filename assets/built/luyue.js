// The little that pages do beyond HTML: everything works without it.
import { initAll } from './govuk-frontend.js'

initAll()

// A file that is being sent says how far it is.
document.addEventListener('htmx:xhr:progress', (event) => {
  const bar = event.target.querySelector('progress')
  if (!bar || !event.detail.total) return
  bar.hidden = false
  bar.max = event.detail.total
  bar.value = event.detail.loaded
})

// A drawing that is wider than its place begins where it says: the time line at today.
for (const place of document.querySelectorAll('[data-begin]')) {
  const drawing = place.querySelector('svg')
  place.scrollLeft = (place.dataset.begin / drawing.viewBox.baseVal.width) * place.scrollWidth - place.clientWidth / 2
}

// What a request brought in has components of its own.
document.addEventListener('htmx:afterSwap', (event) => initAll({ scope: event.target }))
