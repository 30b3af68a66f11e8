// The little that pages do beyond HTML: everything works without it.
import { initAll } from './govuk-frontend.js'
import './forms.js'
import './files.js'

initAll()

// A drawing that is wider than its place begins where it says: the time line at today.
for (const place of document.querySelectorAll('[data-begin]')) {
  const drawing = place.querySelector('svg')
  place.scrollLeft = (place.dataset.begin / drawing.viewBox.baseVal.width) * place.scrollWidth - place.clientWidth / 2
}

// What a request brought in has components of its own.
document.addEventListener('htmx:afterSwap', (event) => initAll({ scope: event.target }))
document.addEventListener('luyue:swap', () => initAll({ scope: document.getElementById('main') }))
