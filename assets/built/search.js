// The search field in the bar: `/` leads to it from anywhere but a field, and Escape closes what it found so far.
let isClosed = false
const close = () => {
  isClosed = true
  document.getElementById('search-found')?.replaceChildren()
}

document.addEventListener('keydown', (event) => {
  const field = document.getElementById('search')
  if (!field || event.ctrlKey || event.metaKey || event.altKey) return
  if (event.key === '/' && !event.target.closest?.('input, select, textarea, [contenteditable]')) {
    event.preventDefault()
    field.focus()
    field.select()
  }
  if (event.key === 'Escape' && field.form.contains(event.target)) {
    // The browser would empty the field, which is a search of its own.
    event.preventDefault()
    close()
    field.focus()
  }
})

// What is found after that does not open over the page, until more is typed.
document.addEventListener('input', (event) => {
  if (event.target.id === 'search') isClosed = false
})
document.addEventListener('htmx:beforeSwap', (event) => {
  if (isClosed && event.detail.target.id === 'search-found') event.detail.shouldSwap = false
})

// What was found closes when the person goes on elsewhere in the page.
document.addEventListener('focusin', (event) => {
  if (!document.getElementById('search')?.form.contains(event.target)) close()
})
document.addEventListener('click', (event) => {
  if (!document.getElementById('search')?.form.contains(event.target)) close()
})
