// Answers to forms that a script sends: the page stays, so that what was typed stays too, and no answer to a POST is in
// the browser's history. Pages are never stored (`no-store`), so Back to such an answer would be an error of the browser.

// Leads to the next page; also where it is this page at another place, which is then read anew.
export function follow(form, address) {
  form.dispatchEvent(new Event('sent', { bubbles: true }))
  const next = new URL(address, location.href)
  if (next.hash && next.pathname === location.pathname && next.search === location.search) {
    history.replaceState(null, '', next)
    location.reload()
  } else {
    location.assign(next)
  }
}

// Reads an answer as a page; nothing for an answer that is none.
export function read(text) {
  const page = new DOMParser().parseFromString(text, 'text/html')
  return page.getElementById('main') && page
}

// Puts the content of a page in place of this one's.
export function swap(page) {
  document.getElementById('main').replaceWith(document.adoptNode(page.getElementById('main')))
  document.title = page.title
  document.dispatchEvent(new Event('luyue:swap'))
}

// Shows the server's page in place of this one. Returns false for an answer that is no page.
export function show(text) {
  const page = read(text)
  if (!page) return false
  swap(page)
  const main = document.getElementById('main')
  ;(main.querySelector('.govuk-error-summary') ?? main).focus()
  scrollTo(0, 0)
  return true
}

// Forms that record something, whose content is lost by leaving the page.
export const GUARDED = 'form[data-form]:not([data-saves]), form[data-upload]'

// Returns whether an answer refuses a begun form without showing it again, so that what was typed would be lost.
export const losesForm = (form, page, isOk) => {
  const isShown = [...(page?.forms ?? [])].some((other) => other.getAttribute('action') === form.getAttribute('action'))
  return 'unsaved' in form.dataset && !isOk && !isShown
}

// Returns the title of a page that refuses a form, its reasons, and the link to go on with.
export function refusal(page) {
  const text = (element) => element.textContent.trim()
  const title = page?.querySelector('.govuk-error-summary__title, h1')
  const reasons = page?.querySelectorAll('.govuk-error-summary__list li, main .govuk-list--bullet li') ?? []
  const link = page?.querySelector('main p a.govuk-link')
  return [title && text(title), [...reasons].map(text), link && { href: link.href, text: text(link) }]
}

// Returns whether the server could not take a form, so that it may be sent again.
export const isFailure = (status) => status >= 500 || status === 429 || status === 408
