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

// Shows the server's page in place of this one, with what was begun in other forms of it. Returns false for an answer
// that is no page, or has no place for that.
export function show(text, begun = []) {
  const page = read(text)
  const kept = begun.map((old) => [old, page && counterpart(page, old)])
  if (!page || kept.some(([, fresh]) => !fresh)) return false
  const changed = kept.flatMap(([old, fresh]) => carry(old, fresh))
  swap(page)
  changed.forEach((field) => field.dispatchEvent(new Event('change', { bubbles: true })))
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

// Returns the other forms of the page that a person has begun to fill in.
export const begunBeside = (form) => [...document.querySelectorAll(`:is(${GUARDED})[data-unsaved]`)].filter((other) => other !== form)

// What a form is about must be the same, line by line: a list that is read again may have changed meanwhile.
const about = (form) =>
  [...form.elements].filter((one) => one.type === 'hidden' && one.name.endsWith('.id')).map((one) => `${one.name}=${one.value}`).join()

// Returns the form of a page that takes the place of an old one.
export const counterpart = (page, form, among = GUARDED) =>
  [...page.querySelectorAll(among)].find(
    (other) => other.getAttribute('action') === form.getAttribute('action') && about(other) === about(form),
  )

// Fills a form with what another one holds, and returns the fields that this changed. The form keeps its key, so that
// nothing is done twice.
export function carry(from, to) {
  const places = new Map()
  to.closest('details')?.setAttribute('open', '')
  const changed = []
  for (const old of from.elements) {
    if (!old.name || (old.type === 'hidden' && old.name !== 'key') || old.type === 'submit') continue
    const place = places.get(old.name) ?? 0
    places.set(old.name, place + 1)
    const fresh = [...to.elements].filter((one) => one.name === old.name)[place]
    if (!fresh || isSame(old, fresh)) continue
    if (old.type === 'file') fresh.files = old.files
    else if (old.type === 'checkbox' || old.type === 'radio') fresh.checked = old.checked
    else fresh.value = old.value
    if (old.type !== 'hidden') changed.push(fresh)
  }
  return changed
}

function isSame(old, fresh) {
  if (old.type === 'file') return old.files.length === 0
  return old.type === 'checkbox' || old.type === 'radio' ? old.checked === fresh.checked : old.value === fresh.value
}
