// Words and notices in the page's language. The words stand on the body as data attributes; {name} stands for a value.

// Returns a message with its values.
export function say(key, values = {}) {
  const text = document.body.dataset[key] ?? ''
  return text.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole)
}

// Shows a notice above a form, in place of an earlier one, and moves the focus to it.
export function notify(form, title, lines, link) {
  dismiss(form)
  const box = document.createElement('div')
  box.className = 'govuk-error-summary form-notice'
  box.tabIndex = -1
  const inside = box.appendChild(document.createElement('div'))
  inside.setAttribute('role', 'alert')
  const heading = inside.appendChild(document.createElement('h2'))
  heading.className = 'govuk-error-summary__title'
  heading.textContent = title
  const body = inside.appendChild(document.createElement('div'))
  body.className = 'govuk-error-summary__body'
  for (const line of lines) {
    const paragraph = body.appendChild(document.createElement('p'))
    paragraph.className = 'govuk-body'
    paragraph.textContent = line
  }
  if (link) {
    const anchor = body.appendChild(document.createElement('p')).appendChild(document.createElement('a'))
    anchor.className = 'govuk-link'
    anchor.href = link.href
    anchor.target = '_blank'
    anchor.rel = 'noopener'
    anchor.textContent = link.text
  }
  form.before(box)
  box.focus()
}

// Removes the notice above a form.
export function dismiss(form) {
  if (form.previousElementSibling?.matches('.form-notice')) form.previousElementSibling.remove()
}
