// Forms to fill in: Enter goes on to the next field, a range from a spreadsheet fills rows, nothing typed is lost by
// leaving the page, and a form is not sent while the network is down.
import { begunBeside, follow, GUARDED, isFailure, losesForm, read, refusal, show } from './answers.js'
import { keep } from './outbox.js'
import { dismiss, notify, say } from './words.js'

const CONTROLS = 'input:not([type=hidden]):not([type=file]), select, textarea'

// Enter goes on to the next field, and after the last field of a list adds a row. It ends a composed word as usual, and
// sends a form only on its buttons; one with a password also from a field after which no password is empty.
document.addEventListener('keydown', (event) => {
  const field = event.target
  if (event.key !== 'Enter' || event.isComposing || event.keyCode === 229 || event.ctrlKey || event.metaKey) return
  if (!field.matches(':is(form[data-form], form[data-upload], form[data-send]) input') || field.type === 'search' || field.type === 'file') return
  const controls = [...field.form.querySelectorAll(CONTROLS)].filter((control) => control.offsetParent && control.tabIndex >= 0)
  const later = controls.slice(controls.indexOf(field) + 1)
  if ('send' in field.form.dataset && !later.some((control) => control.type === 'password' && !control.value)) return
  event.preventDefault()
  const [next] = later
  const row = field.closest('.draft-row')
  if (row && !row.contains(next)) {
    const list = row.id.replace(/\.\d+$/, '')
    const isLast = !next || next.closest('.draft-row')?.id.replace(/\.\d+$/, '') !== list
    const add = field.form.querySelector(`button[value="add:${list}"]`)
    if (isLast && add) {
      add.click()
      return
    }
  }
  const button = [...field.form.querySelectorAll('button[type=submit]')].filter((one) => one.offsetParent && one.tabIndex >= 0).pop()
  ;(next ?? button)?.focus()
})

// Ctrl+D copies a field down its column and Ctrl+Shift+D to every row, through the tool that fills a column; the arrow
// keys go to the same column of the row above or below.
document.addEventListener('keydown', (event) => {
  const field = event.target
  const [, list, row, column] = field.form?.matches('[data-saves]') ? (field.name.match(/^(\w+)\.(\d+)\.(\w+)$/) ?? []) : []
  if (!list || event.isComposing || event.altKey) return
  const steps = { ArrowUp: -1, ArrowDown: 1 }
  if (event.key in steps && !event.ctrlKey && !event.metaKey && !event.shiftKey && field.matches('input[type=text]:not([list])')) {
    const next = field.form.elements[`${list}.${Number(row) + steps[event.key]}.${column}`]
    if (next) event.preventDefault()
    next?.focus()
    return
  }
  const filled = `fill.${column === 'milestone' ? 'pays' : list}`
  const button = field.form.querySelector(`button[value="${filled.replace('.', ':')}"]`)
  const choice = field.form.elements[`${filled}.column`]
  if (event.key.toLowerCase() !== 'd' || !(event.ctrlKey || event.metaKey) || !button) return
  event.preventDefault()
  choice.value = column
  // A column that cannot be filled, as that of the codes, is not among the choices.
  if (choice.value !== column || !field.value) return
  field.form.elements[`${filled}.value`].value = field.value
  field.form.elements[`${filled}.from`].value = event.shiftKey ? 1 : Number(row) + 1
  button.click()
})

// A row that was just added is ready to be typed into. The browser goes to the row's anchor as it loads, which takes the
// focus away, so this comes after.
addEventListener('load', () => {
  requestAnimationFrame(() => document.getElementById('new')?.closest('fieldset')?.querySelector(CONTROLS)?.focus())
})

// A range of cells that is pasted into a row goes through the same field as one that is pasted below the list.
document.addEventListener('paste', (event) => {
  const field = event.target
  const list = field.matches?.('.draft-row input') && field.name.match(/^(\w+)\.\d+\.\w+$/)?.[1]
  const area = list && field.form.elements[`paste.${list}`]
  const text = event.clipboardData?.getData('text/plain') ?? ''
  // Lines without tabs are prose in a field for it, as from a letter; elsewhere they are a column.
  const isProse = /\.(standard|evidence)$/.test(field.name)
  if (!area || !(isProse ? /\t/ : /[\t\r\n]/).test(text.replace(/[\r\n]+$/, ''))) return
  event.preventDefault()
  area.value = text
  field.form.elements['paste.at'].value = field.name
  field.form.querySelector(`button[value="paste:${list}"]`).click()
})

// A form of which every button saves: links save it first, and closing the page asks.
const saved = document.querySelector('form[data-saves]')
if (saved) {
  let isChanged = 'unsaved' in saved.dataset
  saved.addEventListener('input', () => {
    isChanged = true
  })
  saved.addEventListener('sent', () => {
    isChanged = false
  })
  const isElsewhere = (link) => link.origin !== location.origin || link.pathname !== location.pathname || link.search !== location.search
  document.addEventListener('click', (event) => {
    const link = event.target.closest?.('a[href]')
    const isPlain = event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey
    if (!isChanged || !link || !isPlain || link.target || !isElsewhere(link)) return
    event.preventDefault()
    press(saved, `to:${addressAfterSaving(link)}`)
  })
  document.addEventListener('submit', async (event) => {
    const other = event.target
    if (!isChanged || other === saved || event.defaultPrevented) return
    event.preventDefault()
    const body = new URLSearchParams(new FormData(saved))
    body.set('do', 'leave')
    const answer = await fetch(saved.action, { method: 'POST', body, redirect: 'manual' }).catch(() => null)
    if (answer?.type === 'opaqueredirect') isChanged = false
    other.submit()
  })
  addEventListener('beforeunload', (event) => {
    if (isChanged) event.preventDefault()
  })
}

// Returns where a link leads once the step is saved: a kept form that its page shows has been sent by then, so the link
// to the other language leads to the step itself.
function addressAfterSaving(link) {
  const address = new URL(link.href)
  const next = address.searchParams.get('next')
  if (next) address.searchParams.set('next', next.replace(/\?kept=[^#]*/, ''))
  return `${address.pathname}${address.search}${address.hash}`
}

// Presses a button that is not on the page.
function press(form, value) {
  const button = document.createElement('button')
  Object.assign(button, { type: 'submit', name: 'do', value, hidden: true })
  form.append(button)
  form.requestSubmit(button)
}

// A form that records something is lost by leaving it: closing or reloading the page asks first.
for (const kind of ['input', 'change']) {
  document.addEventListener(kind, (event) => {
    const form = event.target.form
    if (form?.matches(GUARDED)) form.dataset.unsaved = ''
  })
}
document.addEventListener('sent', (event) => {
  delete event.target.dataset.unsaved
})
addEventListener('beforeunload', (event) => {
  if (document.querySelector(`:is(${GUARDED})[data-unsaved]`)) event.preventDefault()
})

// Going back or forward, a browser brings back what was typed, but not in fields without autocompletion. So that no form
// comes back in part, these go along with the page in the history.
const LEFT_OUT = 'form:is([data-form], [data-saves], [data-upload]) input[type=text][autocomplete=off]'
const changed = new WeakSet()
for (const kind of ['input', 'change']) {
  document.addEventListener(kind, (event) => {
    if (event.target.form) changed.add(event.target.form)
  })
}
document.addEventListener('sent', (event) => changed.delete(event.target))
addEventListener('beforeunload', () => {
  const fields = [...document.querySelectorAll(LEFT_OUT)].filter((field) => changed.has(field.form) && field.value !== field.defaultValue)
  const typed = fields.map((field) => [field.form.getAttribute('action'), field.name, field.value])
  if (typed.length || history.state?.typed) history.replaceState({ ...history.state, typed }, '')
})
const [arrival] = performance.getEntriesByType('navigation')
for (const [action, name, value] of (arrival?.type === 'back_forward' && history.state?.typed) || []) {
  const fields = [...document.querySelectorAll(LEFT_OUT)]
  const field = fields.find((one) => one.name === name && one.form.getAttribute('action') === action)
  if (!field) continue
  field.value = value
  field.dispatchEvent(new Event('input', { bubbles: true }))
}

// An answer without what a request asks for, such as the page for signing in after the session has ended, replaces
// nothing: what was chosen and found stays. A form of filters leads to that page instead, once: changing a field and
// pressing the button are two requests, and the second would load that page again under what is being typed there.
let isLeaving = false
addEventListener('pageshow', () => {
  isLeaving = false
})
document.addEventListener('htmx:beforeSwap', (event) => {
  const { elt } = event.detail.requestConfig
  const wanted = elt.closest('[hx-select]')?.getAttribute('hx-select')
  const page = new DOMParser().parseFromString(event.detail.serverResponse, 'text/html')
  if (!wanted || page.querySelector(wanted)) return
  event.detail.shouldSwap = false
  if (!elt.matches('form') || isLeaving) return
  isLeaving = true
  elt.submit()
})

// The page of a kept form says that it was not sent. Going back to it, it is read again, as it may have been sent since.
addEventListener('pageshow', (event) => {
  if (event.persisted && new URLSearchParams(location.search).has('kept')) location.reload()
})

// A step of a draft is sent by the browser itself, since its buttons lead elsewhere, and so is a form that says so; but
// only once the server can be reached, so that the page with what was typed stays otherwise. Other forms are sent by
// this script. A form keeps its key, so that nothing is done twice when it is sent again.
const reached = new WeakSet()
document.addEventListener('submit', async (event) => {
  const form = event.target
  if (!form.matches('form[data-form], form[data-send]') || event.defaultPrevented) return
  if (reached.delete(form)) {
    form.dispatchEvent(new Event('sent', { bubbles: true }))
    return
  }
  event.preventDefault()
  const submitter = event.submitter?.isConnected ? event.submitter : null
  if (!('saves' in form.dataset) && form.dataset.send !== 'itself') {
    send(form, submitter)
    return
  }
  dismiss(form)
  const isUp = navigator.onLine && (await fetch('/healthz', { cache: 'no-store' }).then((answer) => answer.ok, () => false))
  if (!isUp) {
    notify(form, say('offlineTitle'), [say('offlineSays')])
    return
  }
  reached.add(form)
  form.requestSubmit(submitter?.isConnected ? submitter : null)
})

// Sends a form without leaving its page.
async function send(form, submitter) {
  if (form.getAttribute('aria-busy') === 'true') return
  dismiss(form)
  form.setAttribute('aria-busy', 'true')
  const body = new URLSearchParams(new FormData(form, submitter))
  // The server answers a script with the address of the next page instead of leading it there.
  const request = { method: 'POST', body, headers: { 'HX-Request': 'true' } }
  const answer = await fetch(form.getAttribute('action'), request).catch(() => null)
  const text = await answer?.text().catch(() => null)
  form.setAttribute('aria-busy', 'false')
  if (typeof text !== 'string') {
    if (keep(form)) return
    notify(form, say('offlineTitle'), [say('offlineSays')])
    return
  }
  const next = answer.headers.get('HX-Redirect') ?? (answer.redirected ? answer.url : null)
  const isKeptHere = isFailure(answer.status) && form.matches(GUARDED)
  const [title, reasons, link] = refusal(read(text))
  // What was begun in another form of the page, such as that of a register, is not lost with the answer to this one.
  const begun = begunBeside(form)
  if (next && (await staysAt(form, next, begun))) return
  if (next) follow(form, next)
  else if (!isKeptHere && losesForm(form, read(text), answer.ok)) {
    notify(form, title ?? say('failedTitle'), [...reasons, say('refusedSays')], link)
  } else if (isKeptHere || !show(text, begun)) notify(form, say('failedTitle'), [...(isKeptHere ? [] : reasons), say('offlineSays')])
}

// Shows the next page in place of this one where it is the same page with forms that are begun. Otherwise leaving it asks.
async function staysAt(form, next, begun) {
  const address = new URL(next, location.href)
  if (begun.length === 0 || address.pathname !== location.pathname) return false
  const text = await fetch(address).then((answer) => answer.text(), () => '')
  if (!show(text, begun)) return false
  history.replaceState(null, '', address)
  return true
}

// The link to the act that refuses instead: the reason that was typed is filled in there. Only other fields and files
// are lost, which the browser asks about.
const CARRIED = 'carried'
document.addEventListener('click', (event) => {
  const link = event.target.closest?.('a[data-carries]')
  const isPlain = event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey
  const form = document.querySelector('#page-form')
  if (!link || !form || !isPlain) return
  const texts = [...form.querySelectorAll('textarea')].filter((field) => field.value).map((field) => [field.name, field.value])
  if (texts.length === 0) return
  sessionStorage.setItem(CARRIED, JSON.stringify({ address: link.href, texts }))
  const isLost = (field) => (field.type === 'file' ? field.files.length > 0 : !['submit', 'textarea'].includes(field.type) && field.matches(CONTROLS))
  if (![...form.elements].some(isLost)) delete form.dataset.unsaved
})

// Fills in what was carried over; its names may differ where a form has only one such field.
function fillIn() {
  const { address, texts } = JSON.parse(sessionStorage.getItem(CARRIED) ?? '{}')
  if (address !== location.href) return
  sessionStorage.removeItem(CARRIED)
  const fields = [...document.querySelectorAll('#page-form textarea')]
  for (const [name, text] of texts) {
    const field = fields.find((one) => one.name === name) ?? (fields.length === 1 ? fields[0] : null)
    if (!field || field.value) continue
    field.value = text
    field.dispatchEvent(new Event('input', { bubbles: true }))
  }
}
fillIn()
