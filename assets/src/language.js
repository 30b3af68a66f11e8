// The link to the other language. The filters of a list go along as they are. On a page with a form that a person has
// begun to fill in, the page is read in that language, and what was entered and chosen is carried over to it.
import { carry, counterpart, GUARDED, read, swap } from './answers.js'
import { notify, say } from './words.js'

// Parts of a page beside its content that hold words.
const FRAME = ['.govuk-skip-link', '.top', '.clock', '.govuk-breadcrumbs', '.govuk-width-container > .foot']

// Forms whose content is carried over.
const FORMS = `${GUARDED}, form[data-send=""]`

// A form that may be left without a question, such as the one for signing in, is not marked as begun.
const isTyped = (field) => field.type !== 'hidden' && field.defaultValue !== undefined && field.value !== field.defaultValue
const isBegun = (form) => 'unsaved' in form.dataset || (form.matches('form[data-send=""]') && [...form.elements].some(isTyped))

// Leads to the list with the filters that the page shows, not with those of its address.
function withFilters(link) {
  const filters = document.getElementById('filters')
  if (!filters) return
  const filled = [...new FormData(filters)].filter(([, value]) => value)
  const next = `${new URL(filters.action).pathname}?${new URLSearchParams(filled)}`.replace(/\?$/, '')
  link.href = `${link.pathname}?next=${encodeURIComponent(next)}`
}

document.addEventListener('click', async (event) => {
  const link = event.target.closest?.('a[href^="/language/"]')
  if (link) withFilters(link)
  const form = [...document.querySelectorAll(FORMS)].find(isBegun)
  const isPlain = event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey
  if (!link || !form || !isPlain) return
  event.preventDefault()
  const text = await fetch(link.href).then((answer) => answer.text(), () => '')
  const page = read(text)
  const kept = [...document.querySelectorAll(FORMS)].map((old) => [old, page && counterpart(page, old, FORMS)])
  if (kept.some(([, fresh]) => !fresh)) {
    notify(form, say('failedTitle'), [say('offlineSays')])
    return
  }
  const changed = kept.flatMap(([old, fresh]) => carry(old, fresh))
  show(page)
  changed.forEach((field) => field.dispatchEvent(new Event('change', { bubbles: true })))
})

// Shows a whole page in place of this one, the words of its frame and of the scripts included.
function show(page) {
  document.documentElement.lang = page.documentElement.lang
  Object.assign(document.body.dataset, page.body.dataset)
  for (const part of FRAME) {
    const fresh = page.querySelector(part)
    if (fresh) document.querySelector(part)?.replaceWith(document.adoptNode(fresh))
  }
  swap(page)
}
